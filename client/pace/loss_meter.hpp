#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "client/pace/rate_proof.hpp"
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
    void note_answered(TimePoint sent);
    void note_lost(TimePoint sent);
    void note_control(TimePoint sent, bool answered);
    /// An attempt of any kind, on any port, whatever becomes of it.
    void note_sent(TimePoint sent) { ++period_at(sent).sent; }

    /// No outcome is known yet.
    bool empty() const { return outcomes_ == 0; }
    /// From what was sent within half a second of that time or, where that is too little, nearest
    /// to it. Never 0 or 1; 0.5 while nothing is known.
    double loss_at(TimePoint sent) const;
    /// What was sent between two times: control attempts, if there are some, else all whose
    /// outcome is known.
    RateSample sample(TimePoint from, TimePoint to) const;

private:
    struct Counts {
        std::uint32_t answered = 0;
        std::uint32_t lost = 0;
        std::uint32_t all() const { return answered + lost; }
    };
    struct Period {
        Counts probes;
        Counts controls;
        std::uint32_t sent = 0;
    };

    Period& period_at(TimePoint sent);
    std::size_t index_of(TimePoint sent) const;
    Counts near(TimePoint sent, Counts Period::*kind) const;

    TimePoint origin_{};
    std::vector<Period> periods_;
    std::uint32_t controls_ = 0;
    std::uint64_t outcomes_ = 0;
};

}  // namespace pt::client
