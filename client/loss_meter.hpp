#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/core/timing.hpp"

namespace pt::client {

/// How likely an attempt on an open port goes unanswered, by when it was sent. Silence proves
/// something only where the attempts of other, open ports were answered at that time: a policer lets
/// a burst pass and drops what follows, so that one figure for a whole scan would be wrong for most
/// of it. Fed with attempts on ports that proved open. Pure.
class LossMeter {
public:
    void note_answered(TimePoint sent) { ++slot_at(sent).answered; }
    void note_lost(TimePoint sent) { ++slot_at(sent).lost; }

    bool empty() const { return slots_.empty(); }
    /// From what was sent within a second of that time or, where that is too little, nearest to it.
    /// Never 0 or 1; 0.5 while nothing is known.
    double loss_at(TimePoint sent) const;
    /// Answered attempts a second, of those sent between two times.
    double answered_per_second(TimePoint from, TimePoint to) const;

private:
    struct Slot {
        std::uint32_t answered = 0;
        std::uint32_t lost = 0;
    };

    Slot& slot_at(TimePoint sent);
    std::size_t place_of(TimePoint sent) const;

    TimePoint origin_{};
    std::vector<Slot> slots_;
};

}  // namespace pt::client
