#pragma once

#include <optional>

#include "common/core/timing.hpp"

namespace pt::client {

/// The time left as it is shown. Estimates vary a little from one to the next; what is shown counts
/// down, and follows them only where one of their ends is off by more than a sixth, and more than
/// half a second. Pure.
class Countdown {
public:
    /// What to show now, with that estimate; nothing where there is none.
    std::optional<TimeRange> show(const std::optional<TimeRange>& estimate, TimePoint now);

private:
    struct Ends {
        TimePoint earliest;
        TimePoint latest;
    };
    std::optional<Ends> ends_;
};

}  // namespace pt::client
