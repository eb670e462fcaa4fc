// What the schedule has still to do, as far as it knows: for the time left.
#include <algorithm>
#include <chrono>

#include "client/pace/schedule.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// An answer may be on its way for so many round trips, or for so long where none was measured.
constexpr int round_trips_recent = 4;
constexpr Nanoseconds min_recent = 50ms;
constexpr Nanoseconds recent_at_first = 200ms;

}  // namespace

void Schedule::give_up(Slot slot) {
    note_silence(states_.find(slot)->second);
    finish(slot);
}

void Schedule::note_silence(const State& state) {
    ++silent_ended_;
    silent_attempts_ += state.attempts;
}

void Schedule::add_work_of(const State& state, TimePoint now, ScanWork& work) const {
    if (state.phase == Phase::steady) {
        return;
    }
    if (state.phase == Phase::resting) {
        work.rest_due += lossy() ? modes_.full.tries() - state.attempts : is_fast() ? 1 : 0;
        return;
    }
    if (state.confirming) {
        work.latest_end = std::max(work.latest_end, state.due - now);
        return;
    }
    const Nanoseconds trips = smoothed_round_trip_.value_or(recent_at_first / round_trips_recent);
    const Nanoseconds age = now - state.began;
    if (state.refused || age < std::max(min_recent, trips * round_trips_recent)) {
        ++work.recent;
        return;
    }
    ++work.silent;
    const unsigned tries = plan(state).tries();
    work.silent_due += state.attempts < tries ? tries - state.attempts : 0;
    const TimePoint end = std::max(end_of(state), state.due);
    work.latest_end = std::max(work.latest_end, end - now);
}

ScanWork Schedule::work(TimePoint now, std::uint32_t frames, std::size_t block_end) const {
    const AttemptPlan& plan = lossy() ? modes_.full : is_fast() ? modes_.fast : modes_.normal;
    ScanWork work;
    work.begun = fresh_;
    work.answered = fresh_ - std::min(fresh_, states_.size() + silent_ended_);
    work.turns = attempts_started_ + further_frames_;
    work.rest_of_block = std::max(block_end, fresh_) - fresh_;
    work.other_blocks = probes_ - fresh_ - work.rest_of_block;
    work.silent_attempts = plan.tries();
    work.timeout = plan.timeout();
    work.max_in_flight = limits_.in_flight;
    std::size_t open_attempts = 0;
    for (const auto& [slot, state] : states_) {
        open_attempts += state.attempts;
        add_work_of(state, now, work);
    }
    const std::size_t other_attempts = silent_attempts_ + open_attempts;
    const std::size_t further = frames > 0 ? frames - 1 : 0;
    work.frames_due =
        static_cast<double>(std::max(ports_open_ * further, further_frames_) - further_frames_);
    if (work.answered > 0) {
        const auto answered = static_cast<double>(work.answered);
        const auto attempts = std::max(attempts_started_, other_attempts) - other_attempts;
        work.answered_turns =
            (static_cast<double>(attempts) + static_cast<double>(ports_open_ * further)) / answered;
    }
    // As wake() does: after a loss they have all attempts, else only the silent ones of a fast scan
    // are asked once more.
    work.attempts_after_rest = !lossy() && is_fast() ? 1 : 0;
    work.time_after_rest = lossy() ? plan.timeout() : plan.wait_after(plan.tries(), 0);
    work.in_doubt = will_be_doubted();
    return work;
}

}  // namespace pt::client
