#include "client/pace/schedule.hpp"

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;
/// The last attempt, and the control attempts of its time, have at least so long.
constexpr int round_trips_for_last = 3;
/// Of an attempt that the next one ends: a handshake takes one, its data another.
constexpr int round_trips_for_attempt = 4;
constexpr Nanoseconds max_put_off = 200ms;
/// What waits in queues is not asked again so soon: for so many times the usual waiting. A way that
/// is long without any queue stretches nothing; attempts then overlap, and the first answer counts.
constexpr int waiting_patient = 3;
/// How much lateness of its timer a paced run makes good by sending faster.
constexpr Nanoseconds max_catch_up = 10ms;

}  // namespace

Schedule::Schedule(std::size_t probes, const AttemptPlan& plan, const Limits& limits,
                   std::uint64_t seed, GroupOf group_of)
    : probes_{probes},
      modes_{
          pacing_modes({probes, plan, limits.unsparing, limits.exact_tries, limits.exact_timeout})},
      limits_{limits},
      group_of_{std::move(group_of)},
      window_{limits.window},
      random_{static_cast<std::minstd_rand::result_type>(seed)} {
    limits_.in_flight = std::max<std::size_t>(limits.in_flight, 1);
}

Schedule::Step Schedule::next(TimePoint now) {
    tally_.begin_step(now);
    const Step step = next_step(now);
    tally_.end_step(step.action == Action::attempt || step.action == Action::control ||
                    (step.action == Action::wait && is_held_up(now)));
    return step;
}

Schedule::Step Schedule::next_step(TimePoint now) {
    age(now);
    drop_stale_dues();
    if (fresh_ == probes_ && states_.empty()) {
        return {};
    }
    if (const auto control = next_control(now)) {
        return *control;
    }
    while (!dues_.empty() && dues_.top().at <= now && must_wait(dues_.top().slot, now)) {
        drop_stale_dues();
    }
    if (!dues_.empty() && dues_.top().at <= now &&
        has_had_all(states_.find(dues_.top().slot)->second, now)) {
        const Slot slot = dues_.top().slot;
        dues_.pop();
        return out_of_time(slot);
    }
    const bool all_started = fresh_ == probes_;
    waking_ = !resting_.empty() && (waking_ || (all_started && in_flight_ == 0) ||
                                    resting_.size() >= limits_.max_resting);
    while (waking_ && !resting_.empty() && in_flight_ < limits_.in_flight) {
        if (const auto step = wake(now)) {
            return *step;
        }
    }
    if (now >= not_before_ && outstanding_ < window_.size()) {
        // Those that have waited longest go first: a retry that is due, then a fresh probe.
        if (!dues_.empty() && dues_.top().at <= now) {
            const Slot slot = dues_.top().slot;
            dues_.pop();
            return start(slot, now);
        }
        if (!all_started && in_flight_ < limits_.in_flight) {
            return start(slot_at(fresh_++), now);
        }
    }
    if (all_started && in_flight_ == 0 && resting_.empty()) {
        return next_steady(now);
    }
    return {Action::wait, {}, 0, wake_time(now)};
}

bool Schedule::lossy() const {
    const auto lost = static_cast<double>(lost_);
    return lost > rate_of_loss * static_cast<double>(answered_ + lost_);
}

/// Only where attempts are spared at all.
bool Schedule::is_fast() const {
    return modes_.normal.tries() < modes_.full.tries() && answered_ >= many_answers &&
           slowest_round_trip_ <= fast_round_trip;
}

const AttemptPlan& Schedule::plan(const State& state) const {
    if (state.group->stopped && !state.repeats && !limits_.exact()) {
        return modes_.stopped;
    }
    if (lossy() || state.repeats) {
        return modes_.full;
    }
    return is_fast() && !state.alive ? modes_.fast : modes_.normal;
}

/// For now: loss that shows later gives it more.
bool Schedule::has_had_all(const State& state, TimePoint now) const {
    if (limits_.one_at_a_time && state.attempts > 0 && now >= end_of(state)) {
        return true;
    }
    const unsigned more = state.confirming ? 1 : 0;
    return state.attempts >= std::min(plan(state).tries() + more, modes_.full.tries());
}

/// When the latest attempt has had so long, no answer to it is to be expected.
Nanoseconds Schedule::time_for_attempt(const State& state) const {
    const Nanoseconds trip = state.group->slowest_round_trip;
    return state.ended                  ? Nanoseconds{}
           : trip > Nanoseconds::zero() ? trip * round_trips_for_attempt
                                        : modes_.full.timeout();
}

TimePoint Schedule::latest_sent(const State& state) {
    const auto sent = std::find_if(state.sent.rbegin(), state.sent.rend(),
                                   [](std::uint32_t time) { return time != unsent; });
    return sent == state.sent.rend() ? state.began : state.began + std::chrono::milliseconds{*sent};
}

/// A handshake that took long lets its data take as long: a time limit that is not the user's gives
/// way.
TimePoint Schedule::end_of(const State& state) const {
    const Nanoseconds timeout = plan(state).timeout();
    const Nanoseconds needed = state.group->slowest_round_trip * round_trips_for_attempt;
    return state.began + (limits_.exact_timeout ? timeout : std::max(timeout, needed));
}

/// Whether a connection that has come about may still bring its echo.
bool Schedule::may_bring_echo(const State& state, TimePoint now) const {
    return state.alive && !state.ended && !limits_.exact_timeout &&
           now < latest_sent(state) + state.group->slowest_round_trip * round_trips_for_last;
}

/// Whether what is due for the probe is put off, as its latest attempt may still be answered. No
/// further one is made that could not be answered within the timeout.
bool Schedule::must_wait(Slot slot, TimePoint now) {
    State& state = states_.find(slot)->second;
    const bool is_last = has_had_all(state, now);
    if (is_last && may_bring_echo(state, now)) {
        set_due(slot, latest_sent(state) + state.group->slowest_round_trip * round_trips_for_last);
        return true;
    }
    if (!limits_.one_at_a_time || is_last) {
        return false;
    }
    const Nanoseconds needed = time_for_attempt(state);
    const TimePoint end = end_of(state);
    const TimePoint until = state.ended ? now : latest_sent(state) + needed;
    if (until <= now && now + needed <= end) {
        return false;
    }
    // Meanwhile a round trip may be measured.
    set_due(slot, std::min({std::max(until, now + 1ms), end, now + max_put_off}));
    return true;
}

/// The last attempt that the probe is to have for now has had its time.
Schedule::Step Schedule::out_of_time(Slot slot) {
    State& state = states_.find(slot)->second;
    const bool may_have_more =
        !limits_.one_at_a_time && !state.refused && (!state.group->stopped || state.repeats);
    if (state.attempts < modes_.full.tries() && may_have_more) {
        state.phase = Phase::resting;
        --in_flight_;
        no_longer_outstanding(state);
        resting_.push_back(slot);
        return {Action::rest, slot, state.attempts, {}};
    }
    return settle(slot);
}

/// All others are decided: if nothing was lost, a resting probe has had its attempts; else it has
/// the others now. No more of them at once than may be in flight.
std::optional<Schedule::Step> Schedule::wake(TimePoint now) {
    const Slot slot = resting_.front();
    resting_.pop_front();
    const auto found = states_.find(slot);
    if (found == states_.end() || found->second.phase != Phase::resting) {
        return std::nullopt;  // it was answered late
    }
    State& state = found->second;
    const bool confirm = (is_fast() || state.alive) && !state.confirming;
    if ((!lossy() && !confirm) || state.group->stopped) {
        return settle(slot);
    }
    state.confirming = true;
    state.phase = Phase::active;
    ++in_flight_;
    set_due(slot, now);
    return std::nullopt;
}

Schedule::Step Schedule::start(Slot slot, TimePoint now) {
    first_start_ = first_start_.value_or(now);
    const auto [found, fresh] = states_.try_emplace(slot);
    State& state = found->second;
    if (fresh) {
        ++in_flight_;
        state.group = &groups_[group_number(slot)];
        ++state.group->begun;
    }
    ++state.attempts;
    state.ended = false;
    if (!state.outstanding) {
        state.outstanding = true;
        ++outstanding_;
    }
    ++attempts_started_;
    note_sent(*state.group, now);
    started_.push_back({now, slot, state.attempts});
    const double jitter = std::uniform_real_distribution<double>{}(random_);
    const AttemptPlan& plan = this->plan(state);
    TimePoint due = now + plan.wait_after(state.attempts, jitter);
    if (state.attempts == 1) {
        state.began = now;
    } else {
        state.sent.push_back(to_ms(now - state.began));
        want_control(slot, now);
    }
    if (state.attempts > 1 && state.attempts == plan.tries()) {
        due = std::max(due, state.began + plan.timeout());  // what jitter has saved
        if (!limits_.exact() && smoothed_round_trip_) {
            due = std::max(due, now + *smoothed_round_trip_ * round_trips_for_last);
        }
    }
    if (smoothed_round_trip_) {
        const auto waiting = *smoothed_round_trip_ - window_.shortest_round_trip();
        due = std::max(due, now + waiting * waiting_patient);
    }
    set_due(slot, due);
    keep_rate(now);
    return {Action::attempt, slot, state.attempts, {}};
}

void Schedule::keep_rate(TimePoint now) {
    if (limits_.rate > 0) {
        const auto gap = std::chrono::duration_cast<Nanoseconds>(
            std::chrono::duration<double>{1.0 / limits_.rate});
        not_before_ = std::max(not_before_, now - max_catch_up) + gap;
    }
}

TimePoint Schedule::take_turn(TimePoint now) {
    tally_.note_frame();
    const TimePoint turn = limits_.rate > 0 ? std::max(not_before_, now) : now;
    keep_rate(now);
    return turn;
}

}  // namespace pt::client
