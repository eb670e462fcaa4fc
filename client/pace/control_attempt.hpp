#pragma once

#include <cstddef>
#include <cstdint>

#include "client/pace/slot.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// An attempt on a port that proved open, in flight.
struct ControlAttempt {
    std::uint32_t number;
    std::size_t group;
    Slot slot;
    TimePoint sent;
    bool answered = false;
};

/// One that is to be made among others, as one of them: at the head of a burst it would find the
/// token that a policer has saved.
struct DueControl {
    std::size_t group;
    std::size_t at_attempt;
    TimePoint at_latest;
};

}  // namespace pt::client
