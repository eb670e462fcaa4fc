// Exceptions that leave handlers cost the event alone.
#include "server/serve/run_events.hpp"

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <new>
#include <stdexcept>
#include <thread>

#include "common/net/log.hpp"
#include "peer.hpp"
#include "running_server.hpp"

namespace pt::test {
namespace {

namespace asio = boost::asio;

TEST(RunEventsTest, GoesOnAfterAnExceptionAndRevivesWhatItEnded) {
    net::set_up_log(net::LogFormat::text, "off");
    asio::io_context context;
    int ran = 0;
    int revived = 0;
    asio::post(context, [&] { ++ran; });
    asio::post(context, [] { throw std::bad_alloc{}; });
    asio::post(context, [&] { ++ran; });
    asio::post(context, [] { throw std::runtime_error{"unexpected"}; });
    asio::post(context, [&] { ++ran; });
    server::run_events(context, [&] {
        if (++revived == 1) {
            throw std::bad_alloc{};  // there is no memory yet
        }
    });
    EXPECT_EQ(ran, 3);
    EXPECT_EQ(revived, 3);
}

TEST(RunEventsTest, AMarkTellsWhetherACoroutineRuns) {
    asio::io_context context;
    bool running = false;
    const auto wait = [&]() -> asio::awaitable<void> {
        const server::RunningMark mark{running};
        co_await asio::post(asio::use_awaitable);
    };
    asio::co_spawn(context, wait(), asio::detached);
    context.run_one();
    EXPECT_TRUE(running);
    context.run();
    EXPECT_FALSE(running);
}

TEST(RunEventsTest, AServerServesOnAfterAnEventThatFailed) {
    net::set_up_log(net::LogFormat::text, "off");
    asio::io_context context{1};
    server::Server server{context, loopback_config()};
    const SocketAddress tcp{v4_loopback, *server.port(Protocol::tcp, v4_loopback)};
    server.start();
    std::thread thread{[&] { server.run(); }};
    for (std::uint32_t i = 1; i <= 3; ++i) {
        asio::post(context, [] { throw std::bad_alloc{}; });
        const TcpPeer peer{tcp};
        ASSERT_TRUE(peer.send(request(Protocol::tcp, tcp.port, {1, i})));
        EXPECT_TRUE(peer.receive_reply());
    }
    asio::post(context, [&] { server.stop(); });
    thread.join();
}

}  // namespace
}  // namespace pt::test
