#pragma once

#include <chrono>

#include "common/core/timing.hpp"

namespace pt::net {

/// The clock of all that is measured (CLOCK_MONOTONIC).
inline TimePoint steady_now() { return std::chrono::steady_clock::now(); }

}  // namespace pt::net
