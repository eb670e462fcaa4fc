#pragma once

#include <chrono>
#include <cstdint>
#include <utility>

#include "common/core/timing.hpp"

namespace pt::server {

/// How many lines of one kind may be logged in a second, and how many were held back. Pure.
class LineAllowance {
public:
    static constexpr unsigned lines_per_second = 20;

    /// Whether a line may be logged now; otherwise it is counted.
    bool take(TimePoint now) {
        // While some are held back the second is turned by `take_held_back` alone, so that the line
        // that tells of them comes before newer ones.
        if (held_back_ == 0 && is_over(now)) {
            begin(now);
        }
        if (lines_ >= lines_per_second) {
            ++held_back_;
            return false;
        }
        ++lines_;
        return true;
    }

    /// How many were held back, once the second is over; 0 while it is not.
    std::uint64_t take_held_back(TimePoint now) {
        if (held_back_ == 0 || !is_over(now)) {
            return 0;
        }
        begin(now);
        return std::exchange(held_back_, 0);
    }

private:
    bool is_over(TimePoint now) const { return now - began_ >= std::chrono::seconds{1}; }
    void begin(TimePoint now) {
        began_ = now;
        lines_ = 0;
    }

    TimePoint began_{};
    unsigned lines_ = 0;
    std::uint64_t held_back_ = 0;
};

}  // namespace pt::server
