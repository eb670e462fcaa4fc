// Exceptions that leave handlers cost the event alone.
#include "server/serve/run_events.hpp"

#include <gtest/gtest.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <thread>
#include <utility>

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
    EXPECT_EQ(revived, 5) << "each time twice, as a coroutine may be destroyed later";
}

asio::awaitable<void> fail_twice(int& begun, std::function<void()> end, server::RunningMark) {
    ++begun;
    co_await asio::post(asio::use_awaitable);
    if (begun < 3) {
        throw std::bad_alloc{};
    }
    end();
}

TEST(RunEventsTest, AMarkTellsWhetherACoroutineRuns) {
    asio::io_context context;
    const auto running = std::make_shared<bool>(false);
    const auto wait = [](server::RunningMark) -> asio::awaitable<void> {
        co_await asio::post(asio::use_awaitable);
    };
    asio::co_spawn(context, wait(server::RunningMark{running}), asio::detached);
    EXPECT_TRUE(*running);
    context.run_one();
    EXPECT_TRUE(*running);
    context.run();
    EXPECT_FALSE(*running);
    {
        const auto never_begun = wait(server::RunningMark{running});
        EXPECT_TRUE(*running);
    }
    EXPECT_FALSE(*running);
}

/// As the listener of a port whose coroutine had no memory to go on: the port answered nothing from
/// then on, which looks like a firewall.
TEST(RunEventsTest, WhatIsToKeepRunningIsRevivedWhenItFails) {
    net::set_up_log(net::LogFormat::text, "off");
    asio::io_context context;
    const auto running = std::make_shared<bool>(false);
    int begun = 0;
    auto others = asio::make_work_guard(context);  // as a server has while it runs
    const auto start = [&] {
        server::keep_running(context, running, [&](server::RunningMark mark) {
            return fail_twice(
                begun, [&] { others.reset(); }, std::move(mark));
        });
    };
    start();
    start();
    server::run_events(context, start);
    EXPECT_EQ(begun, 3) << "twice after a failure, and never twice at a time";
    EXPECT_FALSE(*running);
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

TEST(Insist, RepeatsWhatFailsForWantOfMemory) {
    int runs = 0;
    server::insist([&] {
        if (++runs < 3) {
            throw std::bad_alloc{};
        }
    });
    EXPECT_EQ(runs, 3);
}

TEST(Insist, GivesUpAfterAWhileAndAtOtherFailures) {
    int runs = 0;
    EXPECT_THROW(server::insist([&] {
                     ++runs;
                     throw std::bad_alloc{};
                 }),
                 std::bad_alloc);
    EXPECT_EQ(runs, 50);
    EXPECT_THROW(server::insist([] { throw std::runtime_error{"other"}; }), std::runtime_error);
}

}  // namespace
}  // namespace pt::test
