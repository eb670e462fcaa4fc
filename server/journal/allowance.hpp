#pragma once

#include <algorithm>

#include "common/core/timing.hpp"

namespace pt::server {

/// So many times a second, and at most so many at once (a token bucket). Pure.
class Allowance {
public:
    constexpr Allowance(int per_second, int at_once)
        : interval_{std::chrono::nanoseconds{std::chrono::seconds{1}} / per_second},
          burst_{interval_ * at_once} {}

    /// Whether it may be done now; then it counts as done.
    bool take(TimePoint now) {
        const TimePoint begin = std::max(next_, now - burst_ + interval_);
        if (begin > now) {
            return false;
        }
        next_ = begin + interval_;
        return true;
    }

private:
    Nanoseconds interval_;
    Nanoseconds burst_;
    TimePoint next_{};
};

}  // namespace pt::server
