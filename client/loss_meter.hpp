#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "common/core/timing.hpp"

namespace pt::client {

/// How likely an attempt on an open port goes unanswered, by when it was sent. Silence proves
/// something only where the attempts of other, open ports were answered at that time: a policer
/// lets a burst pass and drops what follows, so that one figure for a whole scan would be wrong for
/// most of it. Fed with attempts on ports that proved open. Pure.
///
/// Attempts of probes tell too little of loss: those of open ports that no attempt has reached yet
/// are not known as lost. Control attempts on ports that are known to be open tell it as it is, but
/// are few. Where there are some, the greater loss of the two counts.
class LossMeter {
public:
    void note_answered(TimePoint sent) { ++slot_at(sent).probes.answered; }
    void note_lost(TimePoint sent) { ++slot_at(sent).probes.lost; }
    void note_control(TimePoint sent, bool answered);

    bool empty() const { return slots_.empty(); }
    /// From what was sent within half a second of that time or, where that is too little, nearest
    /// to it. Never 0 or 1; 0.5 while nothing is known.
    double loss_at(TimePoint sent) const;
    /// Answered attempts a second, of those sent between two times.
    double answered_per_second(TimePoint from, TimePoint to) const;

private:
    struct Counts {
        std::uint32_t answered = 0;
        std::uint32_t lost = 0;
        std::uint32_t all() const { return answered + lost; }
    };
    struct Slot {
        Counts probes;
        Counts controls;
    };

    Slot& slot_at(TimePoint sent);
    std::size_t place_of(TimePoint sent) const;
    Counts near(TimePoint sent, Counts Slot::*kind) const;

    TimePoint origin_{};
    std::vector<Slot> slots_;
    std::uint32_t controls_ = 0;
};

}  // namespace pt::client
