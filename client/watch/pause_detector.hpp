#pragma once

#include <optional>

#include "common/core/timing.hpp"

namespace pt::client {

/// Notices that this program did not run: it was stopped, its machine was overloaded, or slept.
/// Pure: the clocks are arguments.
class PauseDetector {
public:
    struct Pause {
        TimePoint from;
        TimePoint to;
        Nanoseconds asleep{};  ///< besides: not counted by the monotonic clock

        Nanoseconds length() const { return to - from + asleep; }
    };

    /// To be called when a timer that was to expire at `due` has expired. `now` is of
    /// CLOCK_MONOTONIC, `boot_time` of CLOCK_BOOTTIME, which goes on while the machine sleeps
    /// (clock_gettime(2)).
    std::optional<Pause> woken(TimePoint due, TimePoint now, Nanoseconds boot_time);

private:
    std::optional<Nanoseconds> slept_;  ///< what the two clocks differ by
};

}  // namespace pt::client
