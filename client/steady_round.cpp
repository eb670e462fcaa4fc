#include "client/steady_round.hpp"

#include <algorithm>

namespace pt::client {
namespace {

/// One attempt in so many is a control attempt; more of them where it would take long to have a
/// few.
constexpr std::size_t turns_for_control = 4;
constexpr std::size_t slow_turns_for_control = 2;
constexpr double slow_rate = 8;
/// How many attempts a probe in doubt needs about, for what is said of the time left.
constexpr double attempts_needed = 1.5;

}  // namespace

void SteadyRound::remove(std::size_t probe) {
    std::erase_if(in_flight_, [probe](const Flight& flight) { return flight.probe == probe; });
}

void SteadyRound::prune(const std::function<bool(std::size_t)>& is_open) {
    while (!waiting_.empty()) {
        auto& probes = waiting_.begin()->second;
        while (!probes.empty() && !is_open(probes.front())) {
            probes.pop_front();
        }
        if (!probes.empty() || !in_flight_.empty()) {
            return;
        }
        waiting_.erase(waiting_.begin());
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

void SteadyRound::begin(double start_rate, double max_rate, TimePoint now) {
    pace_.emplace(start_rate, max_rate, now);
    next_at_ = now;
    turns_ = 0;
}

std::optional<std::size_t> SteadyRound::take_any() {
    if (!in_flight_.empty()) {
        const std::size_t probe = in_flight_.front().probe;
        in_flight_.pop_front();
        return probe;
    }
    auto& probes = waiting_.begin()->second;
    if (probes.empty()) {
        return std::nullopt;
    }
    const std::size_t probe = probes.front();
    probes.pop_front();
    return probe;
}

SteadyRound::Turn SteadyRound::take_turn(TimePoint now) {
    const bool any = !waiting_.begin()->second.empty();
    const std::size_t turns =
        pace_->rate() < slow_rate ? slow_turns_for_control : turns_for_control;
    const bool control = turns_++ % turns == 0;
    if (control || any) {
        pace_->note_sent();
    }
    const auto gap =
        std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>{1.0 / pace_->rate()});
    // What lateness has cost is made good within a few gaps, not in a burst.
    next_at_ = std::max(next_at_, now - gap) + gap;
    return control ? Turn::control : any ? Turn::probe : Turn::nothing;
}

std::size_t SteadyRound::take_probe(TimePoint until) {
    auto& probes = waiting_.begin()->second;
    const std::size_t probe = probes.front();
    probes.pop_front();
    in_flight_.push_back({probe, until});
    return probe;
}

std::optional<std::size_t> SteadyRound::expired(TimePoint now) {
    if (in_flight_.empty() || in_flight_.front().until > now) {
        return std::nullopt;
    }
    const std::size_t probe = in_flight_.front().probe;
    in_flight_.pop_front();
    return probe;
}

void SteadyRound::note_control(TimePoint sent, bool answered, TimePoint now) {
    if (!pace_) {
        return;
    }
    pace_->note_control(sent, answered, now);
    if (const auto limit = pace_->limit(now)) {
        limit_ = limit;
    }
}

Nanoseconds SteadyRound::time_left() const {
    if (!pace_) {
        return {};
    }
    const double attempts = static_cast<double>(size()) * attempts_needed;
    return std::chrono::duration_cast<Nanoseconds>(
        std::chrono::duration<double>{attempts / pace_->rate()});
}

}  // namespace pt::client
