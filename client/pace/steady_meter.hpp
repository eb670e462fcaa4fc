#pragma once

#include <cstddef>
#include <optional>

#include "common/core/timing.hpp"

namespace pt::client {

/// What the attempts of a steady round have brought, for the time left: how many there are a
/// second, how many of those on open ports pass, and how many on others are answered. The latest
/// ones count most. Begins anew where the rate that passes is searched for. Pure.
class SteadyMeter {
public:
    /// So many attempts had been answered at this turn, but for control attempts.
    void note_turn(bool is_attempt, std::size_t answered, TimePoint now);
    void note_control(bool answered);

    /// The first turn.
    std::optional<TimePoint> since() const { return since_; }
    /// For so many probes, with so many attempts in all if none of them is open. Attempts on open
    /// ones pass as control attempts do: if fewer are answered, not all of them are open. At the
    /// mean rate so far or, if that is greater, at `next_rate` (per second, of these attempts).
    /// Nothing while little is known.
    std::optional<TimeRange> time_left(std::size_t probes, double if_silent, double next_rate,
                                       TimePoint now) const;

private:
    struct Recent {
        double all = 0;
        double good = 0;
        void note(double number, double memory) {
            all = all * memory + 1;
            good = good * memory + number;
        }
        double share() const { return all > 0 ? good / all : 0; }
        double error() const;
    };
    std::optional<TimePoint> since_;
    std::size_t attempts_ = 0;
    std::size_t answered_ = 0;
    Recent answers_;
    Recent controls_;
};

}  // namespace pt::client
