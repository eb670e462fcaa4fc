// A valid request gets its echo, over both protocols and both families.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "common/net/sockaddr.hpp"
#include "peer.hpp"
#include "running_server.hpp"

namespace pt::test {
namespace {

class EchoTest : public testing::TestWithParam<const IpAddress*> {
protected:
    SocketAddress tcp() const { return server_.address(Protocol::tcp, *GetParam()); }
    SocketAddress udp() const { return server_.address(Protocol::udp, *GetParam()); }

    RunningServer server_;
};

INSTANTIATE_TEST_SUITE_P(Loopback, EchoTest, testing::Values(&v4_loopback, &v6_loopback),
                         family_name);

/// All that an echo must say of a request of `size` bytes that was the session's `nth` frame.
void expect_echo(const std::optional<Frame>& echo, Protocol protocol, const SocketAddress& server,
                 const SocketAddress& peer, Nonce nonce, std::size_t size, std::uint32_t nth,
                 std::uint64_t instance) {
    ASSERT_TRUE(echo);
    const auto sent = *decode(request(protocol, server.port, nonce, size));
    EXPECT_EQ(echo->type, FrameType::reply);
    EXPECT_EQ(echo->length, frame_header_size);
    EXPECT_EQ(echo->key_id, 0U);
    EXPECT_EQ(echo->nonce, nonce);
    EXPECT_EQ(echo->port, server.port);
    EXPECT_EQ(echo->protocol, protocol);
    EXPECT_EQ(echo->attempt, sent.attempt);
    EXPECT_EQ(echo->client_time, sent.client_time);
    EXPECT_EQ(echo->cookie != 0, protocol == Protocol::udp);
    EXPECT_EQ(echo->seen_source, peer);
    EXPECT_EQ(echo->seen_destination, server);
    EXPECT_LT(echo->server_time_us, 20'000'000U);
    EXPECT_EQ(echo->received_ttl, 64);
    EXPECT_EQ(echo->received_tos, 0);
    EXPECT_EQ(echo->received_length, size);
    EXPECT_EQ(echo->session_frames, nth);
    EXPECT_EQ(echo->server_instance, instance);
    EXPECT_EQ(echo->padding_crc, sent.padding_crc);
    EXPECT_EQ(echo->tag, Frame{}.tag);
}

TEST_P(EchoTest, TcpEchoTellsAllThatTheServerSaw) {
    const TcpPeer peer{tcp()};
    ASSERT_TRUE(peer.send(request(Protocol::tcp, tcp().port, {1, 2})));
    expect_echo(peer.receive_reply(), Protocol::tcp, tcp(), peer.local(), {1, 2},
                default_request_size, 1, server_.instance());
}

TEST_P(EchoTest, UdpEchoTellsAllThatTheServerSaw) {
    const UdpPeer peer{udp(), *GetParam()};
    peer.send(request(Protocol::udp, udp().port, {1, 2}));
    expect_echo(peer.receive_reply(), Protocol::udp, udp(), peer.local(), {1, 2},
                default_request_size, 1, server_.instance());
}

TEST_P(EchoTest, EverySizeOfRequestIsEchoedShorter) {
    const TcpPeer tcp_peer{tcp()};
    const UdpPeer udp_peer{udp(), *GetParam()};
    std::uint32_t sequence = 0;
    for (const std::size_t size : {min_request_size, std::size_t{122}, std::size_t{255},
                                   std::size_t{256}, max_frame_size - 1, max_frame_size}) {
        const Nonce nonce{3, ++sequence};
        ASSERT_TRUE(tcp_peer.send(request(Protocol::tcp, tcp().port, nonce, size)));
        expect_echo(tcp_peer.receive_reply(), Protocol::tcp, tcp(), tcp_peer.local(), nonce, size,
                    2 * sequence - 1, server_.instance());
        udp_peer.send(request(Protocol::udp, udp().port, nonce, size));
        const auto received = udp_peer.receive();
        ASSERT_TRUE(received);
        EXPECT_EQ(received->bytes.size(), frame_header_size);
        EXPECT_EQ(received->from, udp());
    }
}

TEST_P(EchoTest, ManyFramesOnOneConnection) {
    constexpr std::uint32_t frames = 500;
    const TcpPeer peer{tcp()};
    for (std::uint32_t i = 1; i <= frames; ++i) {
        ASSERT_TRUE(peer.send(request(Protocol::tcp, tcp().port, {4, i})));
        const auto echo = peer.receive_reply();
        ASSERT_TRUE(echo);
        EXPECT_EQ(echo->nonce, (Nonce{4, i}));
        EXPECT_EQ(echo->session_frames, i);
    }
    const auto counted = server_.counted(Protocol::tcp, *GetParam());
    EXPECT_EQ(counted, (server::PortCounters{1, frames, 0}));
}

TEST_P(EchoTest, FramesInOnePieceAreAnsweredInOrder) {
    constexpr std::uint32_t frames = 200;
    Bytes all;
    for (std::uint32_t i = 1; i <= frames; ++i) {
        const auto one = request(Protocol::tcp, tcp().port, {5, i}, 121 + i);
        all.insert(all.end(), one.begin(), one.end());
    }
    const TcpPeer peer{tcp()};
    ASSERT_TRUE(peer.send(all));
    for (std::uint32_t i = 1; i <= frames; ++i) {
        const auto echo = peer.receive_reply();
        ASSERT_TRUE(echo) << "frame " << i;
        EXPECT_EQ(echo->nonce, (Nonce{5, i}));
    }
}

TEST_P(EchoTest, ManyDatagramsAtOnce) {
    constexpr std::uint32_t datagrams = 150;  // more than two batches, less than a receive queue
    const UdpPeer peer{udp(), *GetParam()};
    for (std::uint32_t i = 1; i <= datagrams; ++i) {
        peer.send(request(Protocol::udp, udp().port, {6, i}));
    }
    for (std::uint32_t i = 1; i <= datagrams; ++i) {
        const auto echo = peer.receive_reply();
        ASSERT_TRUE(echo) << "datagram " << i;
        EXPECT_EQ(echo->nonce, (Nonce{6, i}));
    }
    EXPECT_EQ(server_.counted(Protocol::udp, *GetParam()), (server::PortCounters{0, datagrams, 0}));
}

TEST_P(EchoTest, AlteredPaddingIsEchoedWithTheChecksumOfWhatCame) {
    const TcpPeer tcp_peer{tcp()};
    const UdpPeer udp_peer{udp(), *GetParam()};
    for (const auto protocol : all_protocols) {
        const auto port = protocol == Protocol::tcp ? tcp().port : udp().port;
        auto bytes = request(protocol, port, {7, 1});
        const auto sent_crc = decode(bytes)->padding_crc;
        bytes.back() ^= 1U;
        std::optional<Frame> echo;
        if (protocol == Protocol::tcp) {
            ASSERT_TRUE(tcp_peer.send(bytes));
            echo = tcp_peer.receive_reply();
        } else {
            udp_peer.send(bytes);
            echo = udp_peer.receive_reply();
        }
        ASSERT_TRUE(echo) << to_string(protocol);
        EXPECT_NE(echo->padding_crc, sent_crc);
        EXPECT_EQ(echo->padding_crc, crc32c(padding(bytes)));
    }
}

TEST_P(EchoTest, TypeOfServiceIsSeen) {
    const bool v4 = GetParam()->is_v4();
    const int tos = 0x2C;
    const UdpPeer peer{udp(), *GetParam()};
    ASSERT_EQ(setsockopt(peer.descriptor(), v4 ? SOL_IP : SOL_IPV6, v4 ? IP_TOS : IPV6_TCLASS, &tos,
                         sizeof tos),
              0);
    const int hops = 9;
    ASSERT_EQ(setsockopt(peer.descriptor(), v4 ? SOL_IP : SOL_IPV6, v4 ? IP_TTL : IPV6_UNICAST_HOPS,
                         &hops, sizeof hops),
              0);
    peer.send(request(Protocol::udp, udp().port, {8, 1}));
    const auto echo = peer.receive_reply();
    ASSERT_TRUE(echo);
    EXPECT_EQ(echo->received_tos, tos);
    EXPECT_EQ(echo->received_ttl, hops);
}

TEST(EchoAddressTest, UdpIsAnsweredFromTheAddressThatWasAsked) {
    auto config = loopback_config({"udp/0"});
    config.addresses = {IpAddress{IpAddress::V4Bytes{}}};
    RunningServer server{config};
    const Port port = server.address(Protocol::udp, config.addresses.front()).port;
    for (const char* const text : {"127.0.0.1", "127.0.0.2", "127.1.2.3"}) {
        const SocketAddress asked{*IpAddress::parse(text), port};
        const UdpPeer peer{asked};
        peer.send(request(Protocol::udp, port, {9, 1}));
        const auto received = peer.receive();
        ASSERT_TRUE(received) << text;
        EXPECT_EQ(received->from, asked);
        EXPECT_EQ(decode(received->bytes)->seen_destination, asked);
    }
}

TEST(EchoPortTest, TcpAndUdpOfOneNumberAreTwoPorts) {
    // One number for both: the kernel chooses it for TCP, UDP is asked for by number.
    server::ServerConfig config = loopback_config({"tcp/0"});
    config.addresses = {v4_loopback};
    RunningServer tcp_server{config};
    const auto tcp = tcp_server.address(Protocol::tcp, v4_loopback);
    {
        // Only TCP listens: UDP of that number is closed.
        const UdpPeer peer{tcp};
        const net::Sockaddr to{tcp};
        ASSERT_EQ(connect(peer.descriptor(), to.data(), to.size()), 0);
        ASSERT_GT(send(peer.descriptor(), "x", 1, 0), 0);
        EXPECT_FALSE(peer.receive());
        EXPECT_EQ(errno, ECONNREFUSED);
    }
    config.ports = PortSet{};
    config.ports.insert(Protocol::udp, tcp.port);
    RunningServer udp_server{config};
    const auto udp = udp_server.address(Protocol::udp, v4_loopback);
    ASSERT_EQ(udp.port, tcp.port);
    const TcpPeer tcp_peer{tcp};
    ASSERT_TRUE(tcp_peer.send(request(Protocol::tcp, tcp.port, {10, 1})));
    EXPECT_EQ(tcp_peer.receive_reply().value().server_instance, tcp_server.instance());
    const UdpPeer udp_peer{udp};
    udp_peer.send(request(Protocol::udp, udp.port, {10, 2}));
    EXPECT_EQ(udp_peer.receive_reply().value().server_instance, udp_server.instance());
    EXPECT_EQ(tcp_server.stop().port(Protocol::udp, tcp.port), server::PortCounters{});
    EXPECT_EQ(udp_server.stop().port(Protocol::tcp, tcp.port), server::PortCounters{});
}

}  // namespace
}  // namespace pt::test
