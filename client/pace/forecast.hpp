#pragma once

#include <deque>
#include <optional>

#include "common/core/timing.hpp"

namespace pt::client {

/// The time left as it can be stood by: all that was expected of late. One estimate is right only
/// if what it rests on stays as it is; where estimates contradict each other, the range becomes
/// wider, and there is none where it is too wide to tell anything. Time is an argument.
class Forecast {
public:
    /// What is expected now. Nothing, or too wide a range: it cannot be known, and what was
    /// expected before is void. To be called in a rhythm.
    void add(const std::optional<TimeRange>& left, TimePoint now);

    /// Its ends are no more than a factor of three apart; less than a second counts as one. Nothing
    /// in the first two seconds.
    std::optional<TimeRange> left(TimePoint now) const;

private:
    struct Expected {
        TimePoint at;
        TimePoint earliest_end;
        TimePoint latest_end;
    };
    std::deque<Expected> expected_;
    std::optional<TimePoint> began_;
};

}  // namespace pt::client
