#include "common/core/timing.hpp"

#include <algorithm>
#include <cmath>

namespace pt {
namespace {

Nanoseconds rounded(double nanoseconds) { return Nanoseconds{std::llround(nanoseconds)}; }

}  // namespace

void RttStatistics::add(Nanoseconds sample) {
    min_ = samples_ == 0 ? sample : std::min(min_, sample);
    max_ = std::max(max_, sample);
    ++samples_;
    const auto value = static_cast<double>(sample.count());
    const double delta = value - mean_ns_;
    mean_ns_ += delta / static_cast<double>(samples_);
    squares_ += delta * (value - mean_ns_);
}

RttStatistics RttStatistics::restored(std::size_t samples, Nanoseconds min, Nanoseconds mean,
                                      Nanoseconds max, Nanoseconds stddev) {
    RttStatistics statistics;
    statistics.samples_ = samples;
    statistics.min_ = min;
    statistics.max_ = max;
    statistics.mean_ns_ = static_cast<double>(mean.count());
    const auto deviation = static_cast<double>(stddev.count());
    statistics.squares_ = deviation * deviation * static_cast<double>(samples);
    return statistics;
}

Nanoseconds RttStatistics::mean() const { return rounded(mean_ns_); }

Nanoseconds RttStatistics::stddev() const {
    return samples_ == 0 ? Nanoseconds{}
                         : rounded(std::sqrt(squares_ / static_cast<double>(samples_)));
}

Nanoseconds round_trip(TimePoint sent, TimePoint received, std::chrono::microseconds in_server) {
    const auto whole = std::max(received - sent, Nanoseconds{});
    return in_server > whole ? whole : whole - in_server;
}

namespace {

/// Each gap is a twentieth longer than the one before: backing off, yet many tries in few seconds.
constexpr double growth = 1.05;
/// The share of the timeout in which attempts start.
constexpr double sending_share = 0.8;
constexpr double jitter_share = 0.25;

}  // namespace

AttemptPlan::AttemptPlan(unsigned tries, Nanoseconds timeout)
    : tries_{std::max(tries, 1U)}, timeout_{timeout} {
    if (tries_ > 1) {
        const double sending = sending_share * static_cast<double>(timeout.count());
        first_gap_ns_ = sending * (growth - 1) / (std::pow(growth, tries_ - 1) - 1);
    }
}

Nanoseconds AttemptPlan::wait_after(unsigned attempt, double jitter) const {
    if (tries_ == 1) {
        return timeout_;
    }
    if (attempt >= tries_) {
        return rounded((1 - sending_share) * static_cast<double>(timeout_.count()));
    }
    const double gap = first_gap_ns_ * std::pow(growth, attempt - 1);
    return rounded(gap * (1 - jitter_share * jitter));
}

}  // namespace pt
