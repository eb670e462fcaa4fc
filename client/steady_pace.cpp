#include "client/steady_pace.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr double min_rate = 1;
constexpr double reduction = 0.7;
constexpr double growth = 1.25;
/// Outcomes of control attempts that make a window.
constexpr std::size_t window = 8;
constexpr double much_loss = 0.25;
constexpr double little_loss = 0.13;
/// At a quarter of the rate, a policer that was overrun fourfold drops nothing any more, and one
/// that was overrun tenfold two thirds of what it did.
constexpr double much_slower = 0.25;
constexpr double not_helped = 0.8;
constexpr double chance_speed_up = 8;
constexpr double min_chance_rate = 100;
/// Half of all packets lost by chance leave two windows without loss in one of 4,000 cases.
constexpr int min_clean_windows = 2;
/// What a policer has saved for a burst counts for less then.
constexpr Nanoseconds min_time = 4s;

}  // namespace

SteadyPace::SteadyPace(double start_rate, double max_rate, TimePoint now)
    : rate_{std::clamp(start_rate, min_rate, std::max(max_rate, min_rate))},
      max_rate_{std::max(max_rate, min_rate)},
      began_{now},
      changed_{now} {}

void SteadyPace::note_control(TimePoint sent, bool answered, TimePoint now) {
    ++(answered ? all_answered_ : all_lost_);
    if (sent < changed_) {
        return;
    }
    ++(answered ? answered_ : lost_);
    if (answered_ + lost_ >= window) {
        judge(now);
    }
}

void SteadyPace::judge(TimePoint now) {
    const double rate_before = rate_;
    const double loss = static_cast<double>(lost_) / static_cast<double>(answered_ + lost_);
    if (loss > much_loss) {
        if (lossy_windows_++ == 0) {  // from here on it goes to and fro around the limit
            began_ = now;
            sent_ = all_answered_ = all_lost_ = 0;
        }
        if (!by_chance_) {
            slow_down(loss);
        }
    } else if (loss <= little_loss) {
        ++clean_windows_;
        first_loss_.reset();
        rate_ = std::min(rate_ * growth, max_rate_);
    }
    changed_ = rate_ == rate_before ? changed_ : now;
    answered_ = 0;
    lost_ = 0;
}

void SteadyPace::slow_down(double loss) {
    if (!first_loss_) {
        first_loss_ = loss;
        first_rate_ = rate_;
    }
    // No policer in question drops anything at the lowest rate.
    const bool in_vain = rate_ <= min_rate ||
                         (rate_ <= first_rate_ * much_slower && loss > *first_loss_ * not_helped);
    if (in_vain && loss < 1) {
        by_chance_ = true;
        rate_ = std::min(std::max(first_rate_ * chance_speed_up, min_chance_rate), max_rate_);
        return;
    }
    rate_ = std::max(rate_ * reduction, min_rate);
}

/// Of all that was sent, as large a share has passed as of the control attempts.
std::optional<double> SteadyPace::limit(TimePoint now) const {
    const bool clean = clean_windows_ >= min_clean_windows && clean_windows_ >= lossy_windows_;
    if (by_chance_ || !clean || now - began_ < min_time) {
        return std::nullopt;
    }
    if (lossy_windows_ == 0) {
        return rate_ / growth;
    }
    const double passed = static_cast<double>(all_answered_) /
                          static_cast<double>(std::max<std::size_t>(all_answered_ + all_lost_, 1));
    return static_cast<double>(sent_) * passed /
           std::chrono::duration<double>(now - began_).count();
}

}  // namespace pt::client
