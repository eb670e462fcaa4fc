#pragma once

#include <cstddef>
#include <optional>

#include "client/pace/rate_proof.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// The rate of attempts at which a policer on the path lets them pass. Starts at what passed
/// before, goes down to what passes while control attempts (on ports known to be open) are lost, up
/// while none is. Where going slower does not make the loss smaller, the rate is not the reason:
/// from then on only losses beyond these count, and it goes as fast as that allows. Pure.
class SteadyPace {
public:
    /// `before` is what was seen last; `max_rate` bounds the rate.
    SteadyPace(const RateSample& before, double max_rate, TimePoint now);

    /// Outcomes come in the order in which the control attempts were sent: answers are known sooner
    /// than losses. Those sent before the last change of the rate tell of the rate before.
    void note_control(TimePoint sent, bool answered, TimePoint now);

    double rate() const { return rate_; }
    /// After the next control attempts, if none of them is lost.
    double next_rate() const;
    /// Nothing is known of this rate yet: what is sent besides control attempts may be wasted.
    bool testing() const { return testing_; }
    bool lost_at_any_rate() const { return usual_loss_ > 0 && !testing_; }
    /// About how many attempts a second the path lets through, once that is proved.
    std::optional<double> limit() const { return proof_.limit(); }

private:
    enum class Judgement { unclear, clean, between, lossy };
    std::size_t enough() const;
    Judgement judge(const RateSample& sample) const;
    void speed_up();
    void slow_down(const RateSample& sample);
    void go_down_from(const RateSample& sample);
    void try_fast(const RateSample& slow);
    void return_to_slow();
    double passed_share(const RateSample& sample) const;

    double rate_;
    double max_rate_;
    TimePoint changed_;
    bool testing_ = true;
    RateSample now_;                        ///< at this rate
    std::optional<RateSample> last_lossy_;  ///< at a greater rate
    bool ever_lossy_ = false;
    double usual_loss_ = 0;  ///< at any rate
    RateSample slow_;        ///< where that was found
    bool was_wrong_ = false;
    RateProof proof_;
};

}  // namespace pt::client
