// Stopping: nothing new, what has arrived is answered, and nothing hangs.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <memory>
#include <vector>

#include "common/net/sockaddr.hpp"
#include "peer.hpp"
#include "running_server.hpp"

namespace pt::test {
namespace {

using namespace std::chrono_literals;

TEST(StopTest, FramesThatHaveArrivedAreAnswered) {
    constexpr std::uint32_t connections = 50;
    constexpr std::uint32_t datagrams = 100;
    RunningServer server;
    const auto tcp = server.address(Protocol::tcp, v4_loopback);
    const auto udp = server.address(Protocol::udp, v4_loopback);
    std::vector<TcpPeer> tcp_peers;
    for (std::uint32_t i = 0; i < connections; ++i) {
        tcp_peers.emplace_back(tcp);
        ASSERT_TRUE(tcp_peers.back().send(request(Protocol::tcp, tcp.port, {1, i})));
        ASSERT_TRUE(tcp_peers.back().receive_reply());
    }
    const UdpPeer udp_peer{udp};
    // On the server's own thread: it cannot read any of them before it is told to stop.
    server.on_its_thread([&](server::Server& running) {
        for (std::uint32_t i = 0; i < connections; ++i) {
            ASSERT_TRUE(tcp_peers[i].send(request(Protocol::tcp, tcp.port, {2, i})));
        }
        for (std::uint32_t i = 0; i < datagrams; ++i) {
            udp_peer.send(request(Protocol::udp, udp.port, {3, i}));
        }
        running.stop();
    });
    for (std::uint32_t i = 0; i < connections; ++i) {
        const auto echo = tcp_peers[i].receive_reply();
        ASSERT_TRUE(echo) << "connection " << i;
        EXPECT_EQ(echo->nonce, (Nonce{2, i}));
        EXPECT_EQ(tcp_peers[i].receive_rest().end, StreamEnd::fin);
    }
    for (std::uint32_t i = 0; i < datagrams; ++i) {
        const auto echo = udp_peer.receive_reply();
        ASSERT_TRUE(echo) << "datagram " << i;
    }
    server.stop();
}

TEST(StopTest, NothingListensAfterwards) {
    RunningServer server;
    const auto tcp = server.address(Protocol::tcp, v4_loopback);
    server.stop();
    const net::Descriptor late{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const net::Sockaddr address{tcp};
    EXPECT_NE(connect(late.get(), address.data(), address.size()), 0);
    EXPECT_EQ(errno, ECONNREFUSED);
}

TEST(StopTest, APeerThatDoesNotReadIsNotWaitedForBeyondTheDrain) {
    auto config = loopback_config();
    config.timeouts.drain = 20ms;
    RunningServer server{config};
    const auto tcp = server.address(Protocol::tcp, v4_loopback);
    const TcpPeer greedy{tcp};
    const auto bytes = request(Protocol::tcp, tcp.port, {1, 1});
    ASSERT_TRUE(greedy.send(bytes));
    ASSERT_TRUE(greedy.receive_reply());
    greedy.shrink_way_back();
    while (send(greedy.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL) > 0) {
    }
    server.stop();  // hangs where it is waited for
    EXPECT_GT(server.stop().total(Protocol::tcp).echoes, 0U);
}

TEST(StopTest, MuteConnectionsAreNotWaitedFor) {
    auto config = loopback_config();
    config.timeouts.drain = 1h;
    RunningServer server{config};
    const auto tcp = server.address(Protocol::tcp, v4_loopback);
    std::vector<TcpPeer> mute;
    for (int i = 0; i < 20; ++i) {
        mute.emplace_back(tcp);
    }
    const auto half = request(Protocol::tcp, tcp.port, {1, 1});
    ASSERT_TRUE(mute.front().send(std::span{half}.first(60)));
    server.stop();
    for (const auto& peer : mute) {
        EXPECT_NE(peer.receive_rest().end, StreamEnd::open);
    }
}

TEST(StopTest, StoppedAtOnceNothingIsLeftBehind) {
    // What a second signal does: the server and its context go while connections are open and
    // coroutines wait. The sanitizers see what is wrong.
    auto context = std::make_unique<boost::asio::io_context>(1);
    auto server = std::make_unique<server::Server>(*context, loopback_config());
    const SocketAddress tcp{v4_loopback, *server->port(Protocol::tcp, v4_loopback)};
    server->start();
    std::vector<TcpPeer> peers;
    for (int i = 0; i < 5; ++i) {
        peers.emplace_back(tcp);
    }
    while (server->connections() < peers.size()) {
        context->run_one();
    }
    server->stop();
    context->run_one();
    server.reset();
    context.reset();
    for (const auto& peer : peers) {
        EXPECT_NE(peer.receive_rest().end, StreamEnd::open);
    }
}

}  // namespace
}  // namespace pt::test
