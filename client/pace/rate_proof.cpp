#include "client/pace/rate_proof.hpp"

#include <algorithm>
#include <cmath>

namespace pt::client {
namespace {

/// More say nothing new: the oldest are left out.
constexpr std::size_t max_samples = 64;
/// Below the limit next to nothing is lost, in so many attempts; above it much is.
constexpr std::size_t min_below = 16;
constexpr double max_loss_below = 0.05;
constexpr std::size_t min_above = 16;
constexpr double min_loss_above = 0.15;
/// Times that losses began after there had been none.
constexpr std::size_t min_repeats = 2;
/// For each of a few rates that may be the limit, and again whenever a sample comes.
constexpr double max_chance = 1e-5;
/// What passes above the limit is about what passes below it.
constexpr double max_factor = 2;

double log_choose(std::size_t from, std::size_t some) {
    const auto log_factorial = [](std::size_t n) {
        return std::lgamma(static_cast<double>(n) + 1);
    };
    return log_factorial(from) - log_factorial(some) - log_factorial(from - some);
}

/// Fisher's exact test: how likely it is that of all that was lost as little as this, or less, was
/// lost below, if the rate made no difference.
double chance(const RateSample& below, const RateSample& above) {
    const std::size_t all = below.all() + above.all();
    const std::size_t lost = below.lost + above.lost;
    double sum = 0;
    for (std::size_t part = 0; part <= below.lost; ++part) {
        if (lost - part <= above.all()) {
            sum += std::exp(log_choose(below.all(), part) + log_choose(above.all(), lost - part) -
                            log_choose(all, lost));
        }
    }
    return sum;
}

}  // namespace

void RateProof::add(const RateSample& sample) {
    if (samples_.size() == max_samples) {
        samples_.erase(samples_.begin());
    }
    samples_.push_back(sample);
    prove();
}

/// What was proved once stays so, but for the figure.
void RateProof::prove() {
    double least_chance = max_chance;
    for (const RateSample& split : samples_) {
        RateSample below;
        RateSample above;
        std::vector<double> passed;  // of what was sent above, a second
        std::size_t repeats = 0;
        bool was_above = false;
        for (const RateSample& sample : samples_) {
            const bool is_above = sample.rate > split.rate;
            RateSample& sum = is_above ? above : below;
            sum.answered += sample.answered;
            sum.lost += sample.lost;
            if (is_above) {
                passed.push_back(sample.rate * (1 - sample.loss()));
            }
            const bool begins = is_above && sample.loss() >= min_loss_above;
            repeats += begins && !was_above ? 1U : 0U;
            was_above = is_above && (was_above || begins);
        }
        if (repeats < min_repeats || below.all() < min_below || above.all() < min_above ||
            below.loss() > max_loss_below || above.loss() < min_loss_above) {
            continue;
        }
        const auto middle = passed.begin() + static_cast<std::ptrdiff_t>(passed.size() / 2);
        std::nth_element(passed.begin(), middle, passed.end());
        const double by_chance = chance(below, above);
        if (by_chance <= least_chance && *middle <= split.rate * max_factor &&
            split.rate <= *middle * max_factor) {
            least_chance = by_chance;
            limit_ = std::min(split.rate, *middle);  // --rate is to be set to it
        }
    }
}

}  // namespace pt::client
