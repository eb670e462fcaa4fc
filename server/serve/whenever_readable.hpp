#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <new>

#include "common/net/clock.hpp"
#include "common/net/log.hpp"
#include "common/net/log_throttle.hpp"
#include "server/serve/worker_state.hpp"

namespace pt::server {

/// What is to happen before a socket is worked on again.
enum class AfterWork {
    wait,  ///< until it is readable
    pause  ///< a little: something has run out, and to try at once would spin
};

/// A shortage of memory is as any other: it passes. What was being read is lost, and is not to be
/// said never to have come: all that the record says of the protocol is not whole then.
template <typename Work>
AfterWork without_bad_alloc(WorkerState& state, Protocol protocol, Work&& work) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        state.responder.archive()->record().note_unseen(protocol, net::steady_now());
        return AfterWork::pause;
    }
}

/// Calls `work` whenever `socket` is readable, until it is closed; never spins, and keeps on trying
/// after any error. After each turn `note_turn` is told whether it failed. All must live for as
/// long as the coroutine: they hold what they need by shared_ptr.
template <typename Socket, typename Work, typename NoteTurn>
boost::asio::awaitable<void> whenever_readable(std::shared_ptr<WorkerState> state,
                                               Protocol protocol, Socket& socket, Work work,
                                               NoteTurn note_turn, net::LogThrottle& log) {
    constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
    constexpr std::chrono::milliseconds pause{100};
    boost::asio::steady_timer timer{socket.get_executor()};
    while (socket.is_open()) {
        const auto [error] = co_await socket.async_wait(boost::asio::socket_base::wait_read, token);
        if (!socket.is_open() || error == boost::asio::error::operation_aborted) {
            co_return;
        }
        AfterWork turn = AfterWork::pause;
        if (!error) {
            turn = without_bad_alloc(*state, protocol, work);
        } else if (const auto suppressed = log.pass(net::steady_now())) {
            net::log(net::LogLevel::warn, "cannot wait for a socket: {error}{suppressed}",
                     net::field<net::LogKey::error>(error), *suppressed);
        }
        without_bad_alloc(*state, protocol, [&] {
            note_turn(turn == AfterWork::pause);
            return turn;
        });
        if (turn == AfterWork::pause) {
            timer.expires_after(pause);
            co_await timer.async_wait(token);
        }
    }
}

}  // namespace pt::server
