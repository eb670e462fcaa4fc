#include "client/pace/steady_round.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace pt::client {
namespace {

/// One attempt in so many is a control attempt; more of them where it would take long to have a
/// few.
constexpr std::size_t turns_for_control = 4;
constexpr std::size_t slow_turns_for_control = 2;
constexpr double slow_rate = 8;
/// Turns whose multiples of this number have a small fraction are those of control attempts. Of all
/// numbers the golden ratio is the farthest from any fraction of whole numbers: no policer, which
/// lets every so-manieth attempt pass, keeps in step with them.
constexpr double golden_ratio = 1.618'033'988'749'895;
/// Nothing is gained by going faster: the attempts of each probe are some time apart.
constexpr double rate_per_probe = 15;
constexpr double min_useful_rate = 30;
/// A few ports are not worth more than that; a limit of one attempt a second needs that for many.
constexpr Nanoseconds min_time = std::chrono::seconds{10};
constexpr Nanoseconds time_per_probe = std::chrono::seconds{1};

constexpr std::size_t turns_at(double rate) {
    return rate < slow_rate ? slow_turns_for_control : turns_for_control;
}

}  // namespace

void SteadyRound::add(std::size_t group, Slot slot, unsigned attempts) {
    waiting_[group].push_back({slot, attempts, {}});
}

void SteadyRound::remove(Slot slot) {
    std::erase_if(in_flight_, [slot](const Flight& flight) { return flight.slot == slot; });
}

void SteadyRound::prune(const std::function<bool(Slot)>& is_open) {
    while (!waiting_.empty()) {
        auto& probes = waiting_.begin()->second;
        while (!probes.empty() && !is_open(probes.front().slot)) {
            probes.pop_front();
        }
        if (!probes.empty() || !in_flight_.empty()) {
            return;
        }
        waiting_.erase(waiting_.begin());
        earlier_lost_at_any_rate_ = lost_at_any_rate();
        pace_.reset();
    }
}

std::size_t SteadyRound::size() const {
    std::size_t sum = in_flight_.size();
    for (const auto& [group, probes] : waiting_) {
        sum += probes.size();
    }
    return sum;
}

void SteadyRound::begin(const RateSample& before, double max_rate, TimePoint now) {
    const double useful = static_cast<double>(waiting_.begin()->second.size()) * rate_per_probe;
    pace_.emplace(before, std::min(max_rate, std::max(useful, min_useful_rate)), now);
    next_at_ = now;
    end_ = now + min_time + time_per_probe * waiting_.begin()->second.size();
    turns_ = 0;
    meter_ = {};
}

std::optional<Slot> SteadyRound::take_any() {
    if (!in_flight_.empty()) {
        const Slot slot = in_flight_.front().slot;
        in_flight_.pop_front();
        return slot;
    }
    auto& probes = waiting_.begin()->second;
    if (probes.empty()) {
        return std::nullopt;
    }
    const Slot slot = probes.front().slot;
    probes.pop_front();
    return slot;
}

SteadyRound::Turn SteadyRound::take_turn(TimePoint now, std::size_t answered) {
    const auto& probes = waiting_.begin()->second;
    const bool any = !probes.empty() && probes.front().ready <= now && !pace_->testing();
    const std::size_t turns = turns_at(pace_->rate());
    const double place = static_cast<double>(turns_++) * golden_ratio;
    const double share = 1.0 / static_cast<double>(turns);
    const bool control = pace_->testing() || place - std::floor(place) < share;
    if (pace_->testing()) {
        meter_ = {};
    } else {
        meter_.note_turn(!control && any, answered, now);
    }
    const auto gap =
        std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>{1.0 / pace_->rate()});
    // What lateness has cost is made good within a few gaps, not in a burst.
    next_at_ = std::max(next_at_, now - gap) + gap;
    return control ? Turn::control : any ? Turn::probe : Turn::nothing;
}

Slot SteadyRound::take_slot(TimePoint again, TimePoint until) {
    auto& probes = waiting_.begin()->second;
    const Waiting taken = probes.front();
    probes.pop_front();
    if (taken.attempts > 1) {
        probes.push_back({taken.slot, taken.attempts - 1, again});
    } else {
        in_flight_.push_back({taken.slot, until});
    }
    return taken.slot;
}

std::optional<Slot> SteadyRound::expired(TimePoint now) {
    if (in_flight_.empty() || in_flight_.front().until > now) {
        return std::nullopt;
    }
    const Slot slot = in_flight_.front().slot;
    in_flight_.pop_front();
    return slot;
}

void SteadyRound::note_control(TimePoint sent, bool answered, TimePoint now) {
    if (!pace_) {
        return;
    }
    pace_->note_control(sent, answered, now);
    meter_.note_control(answered);
    if (const auto limit = pace_->limit()) {
        limit_ = limit;
    }
}

std::optional<TimeRange> SteadyRound::time_left(std::size_t probes, double if_silent,
                                                TimePoint now) const {
    if (!pace_) {
        return std::nullopt;
    }
    const auto turns = static_cast<double>(turns_at(pace_->rate()));
    const double passes = std::max(pace_->next_rate(), limit_.value_or(0));
    const double next_rate = passes * (turns - 1) / turns;
    return meter_.time_left(probes, if_silent, next_rate, now);
}

}  // namespace pt::client
