#pragma once

#include <cstddef>
#include <optional>

#include "common/core/timing.hpp"

namespace pt::client {

/// The rate of attempts at which a policer on the path lets them pass. Starts at what passed
/// before, goes down while control attempts (on ports known to be open) are lost, up while none is.
/// Where going slower does not make the loss smaller, it is by chance, and there is no use in it.
/// Pure.
class SteadyPace {
public:
    /// Attempts per second; `max_rate` bounds it.
    SteadyPace(double start_rate, double max_rate, TimePoint now);

    /// An attempt of any kind was sent.
    void note_sent() { ++sent_; }
    /// Outcomes come in the order in which the control attempts were sent: answers are known sooner
    /// than losses. Those sent before the last change of the rate tell of the rate before.
    void note_control(TimePoint sent, bool answered, TimePoint now);

    double rate() const { return rate_; }
    bool lost_by_chance() const { return by_chance_; }
    /// About how many attempts a second the path lets through, once that is known.
    std::optional<double> limit(TimePoint now) const;

private:
    void judge(TimePoint now);
    void slow_down(double loss);

    double rate_;
    double max_rate_;
    TimePoint began_;
    TimePoint changed_;
    std::size_t sent_ = 0;
    std::size_t all_answered_ = 0;  ///< control attempts
    std::size_t all_lost_ = 0;
    std::size_t answered_ = 0;  ///< in this window
    std::size_t lost_ = 0;
    std::optional<double> first_loss_;  ///< before the first of these reductions
    double first_rate_ = 0;
    bool by_chance_ = false;
    int clean_windows_ = 0;
    int lossy_windows_ = 0;
};

}  // namespace pt::client
