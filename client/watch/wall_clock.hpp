#pragma once

#include <chrono>

#include "common/core/timing.hpp"

namespace pt::client {

/// What the clocks showed at one moment: tells the time of day of instants of the monotonic clock
/// nearby.
struct WallClock {
    TimePoint steady;
    std::chrono::system_clock::time_point wall;

    std::chrono::system_clock::time_point at(TimePoint instant) const {
        return wall +
               std::chrono::duration_cast<std::chrono::system_clock::duration>(instant - steady);
    }
};

}  // namespace pt::client
