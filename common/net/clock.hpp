#pragma once

#include <chrono>

#include "common/core/timing.hpp"

namespace pt::net {

/// The clock of all that is measured (CLOCK_MONOTONIC).
inline TimePoint steady_now() { return std::chrono::steady_clock::now(); }

/// By the clock on the wall, to the second.
inline std::chrono::sys_seconds wall_time() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace pt::net
