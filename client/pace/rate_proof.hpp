#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace pt::client {

/// Control attempts (on ports known to be open) and their outcomes, while all attempts together
/// were sent at one rate.
struct RateSample {
    double rate = 0;  ///< attempts of any kind, per second
    std::size_t answered = 0;
    std::size_t lost = 0;

    std::size_t all() const { return answered + lost; }
    /// 0 where there are none.
    double loss() const {
        return all() == 0 ? 0 : static_cast<double>(lost) / static_cast<double>(all());
    }
};

/// Whether a limit of the rate is on the path. Losses alone do not say so: a dead path of several,
/// a rule for source ports and chance lose packets at any rate. A limit is proved where attempts
/// were lost at rates above it, again after there had been none at rates below it, so that chance
/// does not explain it. Pure.
class RateProof {
public:
    /// In the order of time.
    void add(const RateSample& sample);
    /// About how many attempts a second pass; nothing: not proved.
    std::optional<double> limit() const { return limit_; }

private:
    void prove();

    std::vector<RateSample> samples_;
    std::optional<double> limit_;
};

}  // namespace pt::client
