// What the schedule has still to do, as far as it knows: for the time left.
#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_map>

#include "client/pace/schedule.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// An answer may be on its way for so many round trips, or for so long where none was measured.
constexpr int round_trips_recent = 4;
constexpr Nanoseconds min_recent = 50ms;
constexpr Nanoseconds recent_at_first = 200ms;
/// Fewer probes of a block tell nothing of the others.
constexpr double min_judged = 20;
/// With a shorter one the window is not what limits the rate.
constexpr Nanoseconds long_trip = 20ms;

}  // namespace

void Schedule::give_up(Slot slot) {
    note_silence(states_.find(slot)->second);
    finish(slot);
}

void Schedule::note_silence(const State& state) {
    ++state.group->silent;
    ++tally_.silent;
    tally_.silent_attempts += state.attempts;
}

bool Schedule::may_be_answered(const State& state, TimePoint now) const {
    const Nanoseconds trips = smoothed_round_trip_.value_or(recent_at_first / round_trips_recent);
    return state.refused || now - state.began < std::max(min_recent, trips * round_trips_recent);
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
        work.ends.push_back(state.due - now);
        return;
    }
    if (may_be_answered(state, now)) {
        ++work.recent;
        return;
    }
    ++work.silent;
    const unsigned tries = plan(state).tries();
    work.silent_due += state.attempts < tries ? tries - state.attempts : 0;
    work.ends.push_back(std::max(end_of(state), state.due) - now);
}

void Schedule::add_shares_of_blocks(TimePoint now, ScanWork& work) const {
    struct Count {
        std::size_t recent = 0;
        std::size_t silent = 0;
    };
    std::unordered_map<const Group*, Count> counts;
    for (const auto& [slot, state] : states_) {
        Count& count = counts[state.group];
        ++(may_be_answered(state, now) ? count.recent : count.silent);
    }
    std::map<std::size_t, double> shares;  // in the order of blocks
    for (const auto& [number, group] : groups_) {
        const auto found = counts.find(&group);
        const Count count = found == counts.end() ? Count{} : found->second;
        if (group.begun > count.recent) {
            const auto judged = static_cast<double>(group.begun - count.recent);
            const auto silent = static_cast<double>(group.silent + count.silent);
            shares.emplace(number, std::min(silent / judged, 1.0));
            if (number == group_number(slot_at(fresh_ - 1)) && judged >= min_judged) {
                work.share_of_block = shares[number];
            }
        }
    }
    for (const auto& [number, share] : shares) {
        work.shares_of_blocks.push_back(share);
    }
}

ScanWork Schedule::work(TimePoint now, std::uint32_t frames) const {
    const AttemptPlan& plan = lossy() ? modes_.full : is_fast() ? modes_.fast : modes_.normal;
    ScanWork work;
    work.begun = fresh_;
    work.answered = fresh_ - std::min(fresh_, states_.size() + tally_.silent);
    work.open = tally_.open;
    work.turns = attempts_started_ + tally_.frames();
    work.busy = tally_.busy();
    work.pace = smoothed_round_trip_ ? 2 : is_silent_for_long(now) ? 1 : 0;
    work.rest_of_block = probes_ - fresh_;
    work.silent_attempts = plan.tries();
    work.timeout = plan.timeout();
    work.max_in_flight = limits_.in_flight;
    std::size_t open_attempts = 0;
    for (const auto& [slot, state] : states_) {
        open_attempts += state.attempts;
        add_work_of(state, now, work);
    }
    std::sort(work.ends.begin(), work.ends.end());
    if (groups_.size() > 1) {
        add_shares_of_blocks(now, work);
    }
    const std::size_t other_attempts = tally_.silent_attempts + open_attempts;
    work.further_frames = frames > 0 ? frames - 1 : 0;
    const std::size_t all_frames = tally_.open * work.further_frames;
    work.frames_due = static_cast<double>(all_frames - std::min(all_frames, tally_.frames()));
    if (work.answered > 0) {
        const auto answered = static_cast<double>(work.answered);
        const auto attempts = attempts_started_ - std::min(attempts_started_, other_attempts);
        work.answered_turns =
            (static_cast<double>(attempts) + static_cast<double>(all_frames)) / answered;
    }
    // As wake() does: after a loss they have all attempts, else only the silent ones of a fast scan
    // are asked once more.
    work.attempts_after_rest = !lossy() && is_fast() ? 1 : 0;
    work.time_after_rest = lossy() ? plan.timeout() : plan.wait_after(plan.tries(), 0);
    work.in_doubt = will_be_doubted();
    work.lossy = lossy();
    if (smoothed_round_trip_ >= long_trip && outstanding_ + outstanding_ / 4 >= window_.size()) {
        work.may_grow = std::max(window_.room(), 1.0);
    }
    work.undecided = probes_ - fresh_ + states_.size();
    return work;
}

}  // namespace pt::client
