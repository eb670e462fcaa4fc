// Slow clients harm nobody: time limits and the cap on connections.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <vector>

#include "peer.hpp"
#include "running_server.hpp"

namespace pt::test {
namespace {

using namespace std::chrono_literals;

void expect_served(const TcpPeer& peer, std::uint32_t sequence) {
    ASSERT_TRUE(peer.send(request(Protocol::tcp, Port{1}, {1, sequence})));
    const auto echo = peer.receive_reply();
    ASSERT_TRUE(echo) << sequence;
    EXPECT_EQ(echo->nonce, (Nonce{1, sequence}));
}

/// Whether the connection is still there: nothing to read, and no end.
bool is_open(const TcpPeer& peer) {
    char byte = 0;
    return recv(peer.descriptor(), &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
}

void expect_closed_without_a_byte(const TcpPeer& peer) {
    const auto rest = peer.receive_rest();
    EXPECT_TRUE(rest.bytes.empty());
    EXPECT_NE(rest.end, StreamEnd::open);
}

TEST(TimeLimitTest, AConnectionWithoutAFrameIsClosed) {
    auto config = loopback_config();
    config.timeouts.first_frame = 50ms;
    RunningServer server{config};
    const auto address = server.address(Protocol::tcp, v4_loopback);
    const TcpPeer mute{address};
    expect_closed_without_a_byte(mute);
    const TcpPeer half{address};
    const auto bytes = request(Protocol::tcp, address.port, {1, 1});
    half.send(std::span{bytes}.first(bytes.size() - 1));
    expect_closed_without_a_byte(half);
    EXPECT_EQ(server.stop().closed_without_data, 2U);
}

TEST(TimeLimitTest, AConnectionThatHasTalkedMayPauseForLonger) {
    auto config = loopback_config();
    config.timeouts.first_frame = 50ms;
    config.timeouts.idle = 60s;
    RunningServer server{config};
    const auto address = server.address(Protocol::tcp, v4_loopback);
    const TcpPeer talking{address};
    expect_served(talking, 1);
    // Its own end shows that the time of a mute one, accepted later, has passed.
    expect_closed_without_a_byte(TcpPeer{address});
    expect_served(talking, 2);
    EXPECT_EQ(server.stop().closed_idle, 0U);
}

TEST(TimeLimitTest, AnIdleConnectionIsClosedInTheEnd) {
    auto config = loopback_config();
    config.timeouts.idle = 50ms;
    RunningServer server{config};
    const TcpPeer peer{server.address(Protocol::tcp, v4_loopback)};
    expect_served(peer, 1);
    expect_closed_without_a_byte(peer);
    EXPECT_EQ(server.stop().closed_idle, 1U);
}

class CapTest : public testing::Test {
protected:
    static constexpr std::size_t cap = 10;

    static server::ServerConfig config() {
        auto config = loopback_config();
        config.max_connections = cap;
        return config;
    }

    SocketAddress address() const { return server_.address(Protocol::tcp, v4_loopback); }

    std::size_t connections() {
        std::size_t count = 0;
        server_.on_its_thread([&](const server::Server& server) { count = server.connections(); });
        return count;
    }

    RunningServer server_{config()};
};

TEST_F(CapTest, TheOldestMuteConnectionMakesRoom) {
    std::vector<TcpPeer> mute;
    for (int i = 0; i < 50; ++i) {
        mute.emplace_back(address());
    }
    // Accepted in order: when this one is served, all the others have been accepted.
    const TcpPeer good{address()};
    expect_served(good, 1);
    EXPECT_EQ(connections(), cap);
    for (std::size_t i = 0; i < 41; ++i) {
        expect_closed_without_a_byte(mute[i]);
    }
    for (std::size_t i = 41; i < mute.size(); ++i) {
        EXPECT_TRUE(is_open(mute[i])) << i;
    }
    EXPECT_EQ(server_.stop().made_room, 41U);
}

TEST_F(CapTest, ConnectionsThatHaveTalkedOutlastAFlood) {
    std::vector<TcpPeer> talking;
    for (std::uint32_t i = 1; i < cap; ++i) {
        talking.emplace_back(address());
        expect_served(talking.back(), i);
    }
    std::vector<TcpPeer> mute;
    for (int i = 0; i < 100; ++i) {
        mute.emplace_back(address());
    }
    const TcpPeer last{address()};
    expect_served(last, 100);
    for (std::uint32_t i = 1; i < cap; ++i) {
        expect_served(talking[i - 1], 200 + i);
    }
}

TEST_F(CapTest, WhereAllHaveTalkedTheOneIdleForLongestMakesRoom) {
    std::vector<TcpPeer> talking;
    for (std::uint32_t i = 1; i <= cap; ++i) {
        talking.emplace_back(address());
        expect_served(talking.back(), i);
    }
    expect_served(talking.front(), 20);  // now the second one is idle for longest
    const TcpPeer late{address()};
    expect_served(late, 21);
    expect_closed_without_a_byte(talking[1]);
    expect_served(talking.front(), 22);
    EXPECT_EQ(connections(), cap);
}

TEST_F(CapTest, AThousandProbesAmongSlowClientsAreServed) {
    std::vector<TcpPeer> mute;
    for (std::uint32_t i = 1; i <= 1'000; ++i) {
        if (i % 2 == 0) {
            mute.emplace_back(address());
        }
        const TcpPeer probe{address()};
        expect_served(probe, i);
    }
}

TEST(ConnectionCapTest, ANewConnectionHasTimeForItsFirstFrameBesideIdleOnes) {
    auto config = loopback_config();
    config.max_connections = 20;
    RunningServer server{config};
    const auto address = server.address(Protocol::tcp, v4_loopback);
    std::vector<TcpPeer> idle;
    for (std::uint32_t i = 1; i <= 20; ++i) {
        idle.emplace_back(address);
        expect_served(idle.back(), i);
    }
    std::this_thread::sleep_for(1100ms);  // then they count as idle
    std::vector<TcpPeer> silent;
    for (std::uint32_t i = 1; i <= 15; ++i) {
        const TcpPeer slow{address};
        silent.emplace_back(address);
        silent.emplace_back(address);
        expect_served(slow, 100 + i);
    }
}

}  // namespace
}  // namespace pt::test
