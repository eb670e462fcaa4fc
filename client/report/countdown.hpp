#pragma once

#include <optional>

#include "common/core/timing.hpp"

namespace pt::client {

/// The time left as it is shown. Estimates vary a little from one to the next; what is shown counts
/// down, and follows them only where they are off by more than a sixth, and more than half a
/// second. Pure.
class Countdown {
public:
    /// What to show now, with that estimate; nothing where there is none.
    std::optional<Nanoseconds> show(std::optional<Nanoseconds> estimate, TimePoint now);

private:
    std::optional<TimePoint> end_;
};

}  // namespace pt::client
