#pragma once

#include "common/core/timing.hpp"

namespace pt::client {

/// How long a scan will take from now on: what is not known yet makes it one or the other. Both are
/// about what to expect, and no bounds.
struct TimeRange {
    Nanoseconds min{};
    Nanoseconds max{};
};

}  // namespace pt::client
