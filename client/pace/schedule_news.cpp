// Part of Schedule: the outcomes that the engine reports.
#include <algorithm>
#include <chrono>

#include "client/pace/schedule.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
/// How soon an attempt follows one that was refused: three of them take 300 ms.
constexpr Nanoseconds refusal_gap = 150ms;
/// An answer that takes longer is none to the first attempt.
constexpr int round_trips_for_answer = 4;
/// RFC 6298 section 2: alpha = 1/8.
constexpr int smoothing = 8;

}  // namespace

void Schedule::decided(Slot slot) {
    const auto found = states_.find(slot);
    if (found == states_.end()) {
        return;
    }
    // As of a host that the kernel finds to be absent, by and by; not what was answered after a
    // long way.
    const State& state = found->second;
    const Nanoseconds way = smoothed_round_trip_.value_or(Nanoseconds{}) * round_trips_for_answer;
    if (state.attempts > 1 && !state.refused && !state.repeats &&
        state.attempts >= plan(state).tries() / 2 && latest_sent(state) - state.began >= way) {
        note_silence(state);
    }
    finish(slot);
}

void Schedule::showed_life(Slot slot, Nanoseconds round_trip) {
    if (const auto found = states_.find(slot); found != states_.end()) {
        State& state = found->second;
        state.alive = true;
        Nanoseconds& slowest = state.group->slowest_round_trip;
        slowest = std::max(slowest, round_trip);
    }
}

void Schedule::must_repeat(Slot slot) {
    if (const auto found = states_.find(slot); found != states_.end()) {
        found->second.repeats = true;
    }
}

void Schedule::refused(Slot slot, TimePoint now) {
    const auto found = states_.find(slot);
    if (found == states_.end()) {
        return;
    }
    State& state = found->second;
    state.refused = true;
    state.ended = true;
    if (state.phase == Phase::active && !has_had_all(state, now)) {
        // Not in step with others: one of several backends may be met by turns.
        const double part = std::uniform_real_distribution<double>{0.7, 1.3}(random_);
        const auto gap = std::chrono::duration_cast<Nanoseconds>(refusal_gap * part);
        set_due(slot, std::min(state.due, now + gap));
    }
}

void Schedule::postpone(Slot slot, TimePoint until) {
    const auto found = states_.find(slot);
    if (found == states_.end() || found->second.phase == Phase::resting) {
        return;
    }
    State& state = found->second;
    if (state.phase == Phase::steady) {
        steady_.postpone(until);
        return;
    }
    --state.attempts;
    if (!state.sent.empty()) {
        state.sent.pop_back();
    }
    no_longer_outstanding(state);
    set_due(slot, until);
    not_before_ = std::max(not_before_, until);
}

void Schedule::observe(TimePoint now, std::optional<Nanoseconds> round_trip, unsigned attempt) {
    const unsigned lost = (attempt > 0 ? attempt - 1 : 0) + (round_trip ? 0 : 1);
    window_.note_answer(now, lost, round_trip, outstanding_time(now));
    slowest_round_trip_ = std::max(slowest_round_trip_, round_trip.value_or(Nanoseconds::max()));
    ++answered_;
    lost_ += lost;
    last_answer_ = now;
    if (round_trip) {
        smoothed_round_trip_ =
            smoothed_round_trip_
                ? *smoothed_round_trip_ + (*round_trip - *smoothed_round_trip_) / smoothing
                : *round_trip;
    }
}

void Schedule::finish(Slot slot) {
    const auto found = states_.find(slot);
    switch (found->second.phase) {
        case Phase::active:
            --in_flight_;
            no_longer_outstanding(found->second);
            break;
        case Phase::resting: break;
        case Phase::steady: steady_.remove(slot); break;
    }
    states_.erase(found);
}

}  // namespace pt::client
