#pragma once

#include <chrono>
#include <utility>
#include <vector>

#include "common/core/timing.hpp"

namespace pt::client {

/// What the clocks showed at one moment: tells the time of day of instants of the monotonic clock
/// before it.
struct WallClock {
    /// When the machine slept, and for how long: the monotonic clock did not count that.
    using Sleeps = std::vector<std::pair<TimePoint, Nanoseconds>>;

    TimePoint steady;
    std::chrono::system_clock::time_point wall;
    Sleeps sleeps{};

    std::chrono::system_clock::time_point at(TimePoint instant) const {
        Nanoseconds before = steady - instant;
        for (const auto& [when, length] : sleeps) {
            before += instant < when ? length : Nanoseconds{};
        }
        return wall - std::chrono::duration_cast<std::chrono::system_clock::duration>(before);
    }
};

}  // namespace pt::client
