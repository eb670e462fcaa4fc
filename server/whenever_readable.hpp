#pragma once

#include <spdlog/spdlog.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/socket_base.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <new>

#include "server/log_throttle.hpp"
#include "server/server_state.hpp"

namespace pt::server {

/// What is to happen before a socket is worked on again.
enum class Turn {
    wait,  ///< until it is readable
    pause  ///< a little: something has run out, and to try at once would spin
};

/// Calls `work` whenever `socket` is readable, until it is closed; never spins, and goes deaf for
/// no error. Both must live for as long as the coroutine: `work` holds what it needs by shared_ptr.
template <typename Socket, typename Work>
boost::asio::awaitable<void> whenever_readable(Socket& socket, Work work, LogThrottle& log) {
    constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
    constexpr std::chrono::milliseconds pause{100};
    boost::asio::steady_timer timer{socket.get_executor()};
    while (socket.is_open()) {
        const auto [error] = co_await socket.async_wait(boost::asio::socket_base::wait_read, token);
        if (!socket.is_open() || error == boost::asio::error::operation_aborted) {
            co_return;
        }
        Turn turn = Turn::pause;
        if (!error) {
            try {
                turn = work();
            } catch (const std::bad_alloc&) {
                // A shortage as any other: it passes.
            }
        } else if (const auto events = log.pass(steady_now())) {
            spdlog::warn("cannot wait for a socket: {}; {} such since this was last said",
                         error.message(), *events);
        }
        if (turn == Turn::pause) {
            timer.expires_after(pause);
            co_await timer.async_wait(token);
        }
    }
}

}  // namespace pt::server
