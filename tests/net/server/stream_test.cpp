// TCP cuts frames where it likes, and peers go away where they like.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <thread>
#include <utility>

#include "peer.hpp"
#include "running_server.hpp"

namespace pt::test {
namespace {

class StreamTest : public testing::TestWithParam<const IpAddress*> {
protected:
    SocketAddress tcp() const { return server_.address(Protocol::tcp, *GetParam()); }

    void expect_served(std::uint32_t sequence) const {
        const TcpPeer peer{tcp()};
        ASSERT_TRUE(peer.send(request(Protocol::tcp, tcp().port, {99, sequence})));
        ASSERT_TRUE(peer.receive_reply()) << "after " << sequence;
    }

    RunningServer server_;
};

INSTANTIATE_TEST_SUITE_P(Loopback, StreamTest, testing::Values(&v4_loopback, &v6_loopback),
                         family_name);

TEST_P(StreamTest, OneByteWrites) {
    const TcpPeer peer{tcp()};
    for (std::uint32_t i = 1; i <= 3; ++i) {
        const auto bytes = request(Protocol::tcp, tcp().port, {1, i});
        for (const auto& byte : bytes) {
            ASSERT_TRUE(peer.send({&byte, 1}));
        }
        const auto echo = peer.receive_reply();
        ASSERT_TRUE(echo);
        EXPECT_EQ(echo->nonce, (Nonce{1, i}));
    }
}

TEST_P(StreamTest, EverySplitInTwo) {
    const TcpPeer peer{tcp()};
    for (std::uint32_t split = 1; split < default_request_size; ++split) {
        const auto bytes = request(Protocol::tcp, tcp().port, {2, split});
        ASSERT_TRUE(peer.send(std::span{bytes}.first(split)));
        ASSERT_TRUE(peer.send(std::span{bytes}.subspan(split)));
        const auto echo = peer.receive_reply();
        ASSERT_TRUE(echo) << "split at " << split;
        EXPECT_EQ(echo->nonce, (Nonce{2, split}));
    }
}

TEST_P(StreamTest, FinAtEveryOffset) {
    for (std::uint32_t offset = 0; offset <= default_request_size; ++offset) {
        const TcpPeer peer{tcp()};
        const auto bytes = request(Protocol::tcp, tcp().port, {3, offset});
        ASSERT_TRUE(peer.send(std::span{bytes}.first(offset)));
        peer.send_fin();
        const auto rest = peer.receive_rest();
        EXPECT_EQ(rest.end, StreamEnd::fin) << "offset " << offset;
        EXPECT_EQ(rest.bytes.size(), offset == bytes.size() ? frame_header_size : 0)
            << "offset " << offset;
    }
    expect_served(1);
}

TEST_P(StreamTest, ResetAtEveryOffset) {
    for (std::uint32_t offset = 0; offset <= default_request_size; ++offset) {
        TcpPeer peer{tcp()};
        const auto bytes = request(Protocol::tcp, tcp().port, {4, offset});
        ASSERT_TRUE(peer.send(std::span{bytes}.first(offset)));
        peer.reset();
        expect_served(offset);
    }
}

TEST_P(StreamTest, ABadByteAtEveryOffsetOfTheBeginEndsTheConnection) {
    // Magic, version, type and length; flags may be anything.
    for (const std::uint32_t offset : {0U, 1U, 2U, 3U, 4U, 6U, 7U}) {
        const TcpPeer peer{tcp()};
        auto bytes = request(Protocol::tcp, tcp().port, {5, offset});
        bytes[offset] = offset == 7 ? 0 : 0xFF;  // a length of 0, or of 65,000 and more
        peer.send(std::span{bytes}.first(8));
        const auto rest = peer.receive_rest();
        EXPECT_TRUE(rest.bytes.empty()) << "offset " << offset;
        EXPECT_NE(rest.end, StreamEnd::open) << "offset " << offset;
    }
}

TEST_P(StreamTest, APeerThatReadsLateGetsAll) {
    constexpr std::uint32_t frames = 5'000;  // far more replies than have room on the way
    const TcpPeer peer{tcp()};
    ASSERT_TRUE(peer.send(request(Protocol::tcp, tcp().port, {6, 0})));
    ASSERT_TRUE(peer.receive_reply());
    peer.shrink_way_back();
    std::thread sender{[&] {
        Bytes bytes;
        for (std::uint32_t i = 1; i <= frames; ++i) {
            const auto one = request(Protocol::tcp, tcp().port, {6, i});
            bytes.insert(bytes.end(), one.begin(), one.end());
            if (i % 100 == 0 && !peer.send(std::exchange(bytes, {}))) {
                break;
            }
        }
    }};
    expect_served(1);
    const auto all = peer.receive(frames * frame_header_size);
    sender.join();
    ASSERT_EQ(all.size(), frames * frame_header_size);
    for (std::uint32_t i = 0; i < frames; ++i) {
        const auto echo = decode(std::span{all}.subspan(i * frame_header_size, frame_header_size));
        ASSERT_TRUE(echo);
        ASSERT_EQ(echo->nonce, (Nonce{6, i + 1}));
    }
}

TEST_P(StreamTest, APeerThatNeverReadsHarmsNobody) {
    const TcpPeer greedy{tcp()};
    ASSERT_TRUE(greedy.send(request(Protocol::tcp, tcp().port, {7, 0})));
    ASSERT_TRUE(greedy.receive_reply());
    greedy.shrink_way_back();
    const auto bytes = request(Protocol::tcp, tcp().port, {7, 1});
    // Until both directions are full.
    while (send(greedy.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
    }
    for (std::uint32_t i = 1; i <= 100; ++i) {
        expect_served(i);
    }
}

}  // namespace
}  // namespace pt::test
