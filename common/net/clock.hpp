#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>

#include "common/core/timing.hpp"

namespace pt::net {

/// The clock of all that is measured (CLOCK_MONOTONIC).
inline TimePoint steady_now() { return std::chrono::steady_clock::now(); }

/// By the clock on the wall, to the second.
inline std::chrono::sys_seconds wall_time() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// Throws where timers of this context, which does not run yet, do not expire: Asio ignores that
/// the kernel has refused to watch its timer (epoll_ctl(2): ENOMEM, ENOSPC), and all waits would be
/// without end.
void check_timers(boost::asio::io_context& context);

}  // namespace pt::net
