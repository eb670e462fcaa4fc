#include "client/pace/steady_meter.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace pt::client {
namespace {

/// About so many of the latest count.
constexpr double attempts_remembered = 64;
constexpr double controls_remembered = 32;
constexpr double memory_of(double number) { return 1 - 1 / number; }

constexpr Nanoseconds min_time = std::chrono::seconds{10};
constexpr double min_controls = 8;
/// A share of none or all of a few is not known to be just that.
constexpr double min_variance = 0.02;
constexpr double min_passing = 0.05;
/// What the last attempt takes.
constexpr double last_seconds = 0.4;

}  // namespace

double SteadyMeter::Recent::error() const {
    return std::sqrt(std::max(share() * (1 - share()), min_variance) / std::max(all, 1.0));
}

void SteadyMeter::note_turn(bool is_attempt, std::size_t answered, TimePoint now) {
    if (!since_) {
        since_ = now;
        answered_ = answered;
    }
    if (is_attempt) {
        ++attempts_;
        answers_.note(static_cast<double>(answered - answered_), memory_of(attempts_remembered));
        answered_ = answered;
    }
}

void SteadyMeter::note_control(bool answered) {
    if (since_) {
        controls_.note(answered ? 1 : 0, memory_of(controls_remembered));
    }
}

std::optional<TimeRange> SteadyMeter::time_left(std::size_t probes, double if_silent,
                                                double next_rate, TimePoint now) const {
    if (!since_ || now - *since_ < min_time || attempts_ == 0 || controls_.all < min_controls) {
        return std::nullopt;
    }
    const double rate =
        static_cast<double>(attempts_) / std::chrono::duration<double>(now - *since_).count();
    const double passing = std::max(controls_.share(), min_passing);
    const double if_open = std::min(static_cast<double>(probes) / passing, if_silent);
    const auto time = [&](double answers, double passing_now, double per_second) {
        const double open = std::clamp(answers / std::max(passing_now, min_passing), 0.0, 1.0);
        const double attempts = open * if_open + (1 - open) * if_silent;
        return std::chrono::duration_cast<Nanoseconds>(
            std::chrono::duration<double>{attempts / per_second + last_seconds});
    };
    return TimeRange{
        time(answers_.share() + answers_.error(), controls_.share() - controls_.error(),
             std::max(rate, next_rate)),
        time(answers_.share() - answers_.error(), controls_.share() + controls_.error(), rate)};
}

}  // namespace pt::client
