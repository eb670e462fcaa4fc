#pragma once

#include <cstddef>
#include <optional>

namespace pt::client {

/// The rate of attempts at which a policer on the path lets them pass. Starts at what passed before,
/// goes down while control attempts (on ports known to be open) are lost, up while none is. Where
/// going slower does not make the loss smaller, it is by chance: then it goes back and stays. Pure.
class SteadyPace {
public:
    /// Attempts per second; `max_rate` bounds it.
    SteadyPace(double start_rate, double max_rate);

    void note_control(bool answered);
    double rate() const { return rate_; }
    bool lost_by_chance() const { return by_chance_; }
    /// The highest rate at which control attempts passed, once that is certain.
    std::optional<double> limit() const;

private:
    void judge();

    double rate_;
    double max_rate_;
    double start_rate_;
    std::size_t controls_answered_ = 0;
    std::size_t controls_lost_ = 0;
    double loss_before_ = 0;  ///< of the window before the last reduction; 0: there was none
    int vain_reductions_ = 0;
    bool by_chance_ = false;
    int clean_windows_ = 0;
    int lossy_windows_ = 0;
    double clean_rate_ = 0;
};

}  // namespace pt::client
