#pragma once

#include "common/core/timing.hpp"

namespace pt::server {

/// When something happened, as far as that is known: neither before nor after. Bounds may be far
/// apart, or one and the same. The monotonic clock begins with the machine, so that TimePoint{} is
/// before all.
struct TimeSpan {
    TimePoint earliest{};
    TimePoint latest{};
    friend bool operator==(const TimeSpan&, const TimeSpan&) = default;
};

}  // namespace pt::server
