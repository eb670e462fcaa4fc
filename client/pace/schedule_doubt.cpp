// The part of the schedule that asks whether silence can be believed: control attempts on ports
// that are open, and further attempts at a rate that the path lets through.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "client/pace/schedule.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// The natural logarithm of 10,000: an open port whose attempts were all lost by chance is one in
/// so many.
constexpr double nats_believed = 9.2;
/// No single attempt counts for more than these, however few control attempts were lost: one in
/// twenty lost, one in ten where many were lost before.
constexpr double max_nats = 3.0;
constexpr double max_nats_in_doubt = 2.3;
constexpr double doubt_margin = 1.5;
/// Ports of a host that serve for control attempts.
constexpr std::size_t max_open_kept = 4;
constexpr int round_trips_for_control = 3;
constexpr int part_of_round_trip = 4;
/// Beyond so many further attempts nothing more is to be learnt.
constexpr unsigned max_steady_attempts = 20;
/// Of those as many in a row at most, and not all at once.
constexpr unsigned max_attempts_in_row = 4;
constexpr Nanoseconds min_steady_gap = 100ms;
constexpr int round_trips_between = 2;
/// The last part of the time before tells best what passes now.
constexpr Nanoseconds last_part = 2s;
constexpr double max_steady_rate = 5'000;
/// For the time left.
constexpr Nanoseconds mean_of = 10s;
constexpr Nanoseconds mean_step = 500ms;
}  // namespace

/// Where nothing of the host has answered there is nothing to hold the silence against.
bool Schedule::believed(const State& state) const {
    const LossMeter& meter = state.group->meter;
    if (limits_.exact() || !limits_.controls || state.refused || state.group->stopped ||
        meter.empty()) {
        return true;
    }
    return nats(state) >= nats_believed ||
           state.sent.size() + 1 >= modes_.full.tries() + max_steady_attempts;
}

double Schedule::nats_at(const State& state, TimePoint sent) {
    const double max = state.phase == Phase::steady ? max_nats_in_doubt : max_nats;
    return std::min(-std::log(state.group->meter.loss_at(sent)), max);
}

double Schedule::nats(const State& state) {
    double sum = 0;
    for_each_before(state, state.attempts + 1U, TimePoint::max(),
                    [&](TimePoint sent) { sum += nats_at(state, sent); });
    return sum;
}

/// Whether there is a host whose silent probes, if it has any, may not be believed after all their
/// attempts, if as much is lost as last, or a little more.
bool Schedule::will_be_doubted() const {
    if (limits_.exact() || !limits_.controls) {
        return false;
    }
    return std::any_of(groups_.begin(), groups_.end(), [this](const auto& entry) {
        const Group& group = entry.second;
        if (group.meter.empty() || group.stopped) {
            return false;
        }
        const double one = std::min(-std::log(group.meter.loss_at(group.last_sent)), max_nats);
        return one * modes_.full.tries() < nats_believed * doubt_margin;
    });
}

/// How many further attempts will make silence believed, if as much is lost as last.
unsigned Schedule::attempts_wanted(const State& state) {
    const double one = nats_at(state, state.group->last_sent);
    const double wanted = std::ceil((nats_believed - nats(state)) / one);
    return static_cast<unsigned>(std::clamp<double>(wanted, 1, max_attempts_in_row));
}

/// All that are open still are in the round, of this host or of others. What an attempt counts for
/// has its ups and downs, as the rate has: the mean of late.
std::optional<TimeRange> Schedule::steady_time_left(TimePoint now) const {
    const auto since = steady_.meter().since();
    const auto group = groups_.find(steady_.group());
    if (!since || group == groups_.end()) {
        return std::nullopt;
    }
    double sum = 0;
    double count = 0;
    for (TimePoint at = now; at >= std::max(*since, now - mean_of); at -= mean_step) {
        sum += std::min(-std::log(group->second.meter.loss_at(at)), max_nats_in_doubt);
        ++count;
    }
    const double one = sum / count;
    double if_silent = 0;
    for (const auto& [slot, state] : states_) {
        const double wanted = std::ceil((nats_believed - nats(state)) / one);
        const unsigned most = modes_.full.tries() + max_steady_attempts;
        const unsigned allowed = most - std::min<unsigned>(most, state.attempts);
        if_silent += std::clamp(wanted, 0.0, static_cast<double>(allowed));
    }
    return steady_.time_left(states_.size(), if_silent, now);
}

/// The probe has had all its attempts: it is given up, or has more of them at the end.
Schedule::Step Schedule::settle(Slot slot) {
    const auto found = states_.find(slot);
    State& state = found->second;
    const unsigned attempts = state.attempts;
    if (believed(state)) {
        give_up(slot);
        return {Action::give_up, slot, attempts, {}};
    }
    if (state.phase == Phase::active) {
        --in_flight_;
        no_longer_outstanding(state);
    }
    state.phase = Phase::steady;
    steady_.add(group_number(slot), slot, attempts_wanted(state));
    return {Action::rest, slot, attempts, {}};
}

template <class Take>
void Schedule::for_each_before(const State& state, unsigned attempt, TimePoint until, Take take) {
    if (attempt > 1 && state.began < until) {
        take(state.began);
    }
    for (unsigned index = 0; index + 2 < attempt && index < state.sent.size(); ++index) {
        const TimePoint sent = state.began + std::chrono::milliseconds{state.sent[index]};
        if (state.sent[index] != unsent && sent < until) {
            take(sent);
        }
    }
}

void Schedule::not_sent(Slot slot) {
    const auto found = states_.find(slot);
    if (found == states_.end()) {
        return;
    }
    found->second.ended = !found->second.alive;  // else an earlier one has connected
    if (!found->second.sent.empty()) {
        found->second.sent.back() = unsent;
    }
}

std::optional<TimePoint> Schedule::sent_at(Slot slot, unsigned attempt) const {
    const auto found = states_.find(slot);
    if (found == states_.end() || attempt == 0 || attempt > found->second.sent.size() + 1) {
        return std::nullopt;
    }
    const State& state = found->second;
    return attempt == 1 ? state.began
                        : state.began + std::chrono::milliseconds{state.sent[attempt - 2]};
}

unsigned Schedule::count_lost(Slot slot, unsigned attempt, TimePoint until) const {
    unsigned lost = 0;
    if (const auto found = states_.find(slot); found != states_.end()) {
        for_each_before(found->second, attempt, until, [&lost](TimePoint) { ++lost; });
    }
    return lost;
}

void Schedule::note_echo(Slot slot, unsigned attempt, TimePoint now, Nanoseconds round_trip) {
    const auto found = states_.find(slot);
    if (found == states_.end()) {
        return;
    }
    const State& state = found->second;
    Group& group = *state.group;
    ++tally_.open;
    note_answer_of(group, now);
    group.slowest_round_trip = std::max(group.slowest_round_trip, round_trip);
    if (group.open.size() < max_open_kept) {
        group.open.push_back(slot);
    }
    // On a long path several are in flight, and the earliest is answered first.
    const TimePoint sent = sent_at(slot, attempt).value_or(state.began);
    const TimePoint before = sent - round_trip / part_of_round_trip;
    for_each_before(state, attempt, std::max(before, now - round_trip * round_trips_for_control),
                    [&group](TimePoint lost) { group.meter.note_lost(lost); });
    group.meter.note_answered(sent);
}

std::optional<double> Schedule::rate_that_passed() const {
    constexpr std::size_t min_answers = 30;
    constexpr Nanoseconds min_time = std::chrono::seconds{1};
    const Nanoseconds time = first_start_ ? last_answer_ - *first_start_ : Nanoseconds{};
    if (answered_ < min_answers || lost_ < answered_ || time < min_time ||
        steady_.lost_at_any_rate()) {
        return std::nullopt;
    }
    return static_cast<double>(answered_) / std::chrono::duration<double>(time).count();
}

void Schedule::begin_steady_round(TimePoint now) {
    const Group& group = groups_[steady_.group()];
    const double allowed =
        limits_.rate > 0 ? std::min(limits_.rate, max_steady_rate) : max_steady_rate;
    steady_.begin(group.meter.sample(group.last_sent - last_part, group.last_sent), allowed, now);
}

/// Nothing is left but probes whose silence could not be believed.
Schedule::Step Schedule::next_steady(TimePoint now) {
    steady_.prune([this](Slot slot) { return states_.contains(slot); });
    if (steady_.empty()) {
        return {};
    }
    if (!steady_.begun()) {
        begin_steady_round(now);
    }
    if (const auto slot = steady_.expired(now)) {
        return settle(*slot);
    }
    if (groups_[steady_.group()].stopped || steady_.out_of_time(now)) {
        return give_up_steady_group();
    }
    if (now >= steady_.next_at()) {
        switch (steady_.take_turn(now, answered_)) {
            case SteadyRound::Turn::control: return begin_control(steady_.group(), now);
            case SteadyRound::Turn::probe: return steady_attempt(now);
            case SteadyRound::Turn::nothing: break;
        }
    }
    TimePoint until = std::min(steady_.next_at(), steady_.next_expiry());
    if (!controls_.empty()) {
        until = std::min(until, controls_.front().sent + control_timeout());
    }
    return {Action::wait, {}, 0, std::max(until, now + 1us)};
}

Schedule::Step Schedule::steady_attempt(TimePoint now) {
    const Nanoseconds gap = std::max(
        min_steady_gap, smoothed_round_trip_.value_or(Nanoseconds{}) * round_trips_between);
    const Slot slot = steady_.take_slot(now + gap, now + control_timeout());
    State& state = states_.find(slot)->second;
    ++state.attempts;
    note_sent(*state.group, now);
    state.sent.push_back(to_ms(now - state.began));
    return {Action::attempt, slot, state.attempts, {}};
}

/// One of the host's probes; the others follow, one with each step.
Schedule::Step Schedule::give_up_steady_group() {
    const Slot slot = *steady_.take_any();
    const unsigned attempts = states_.find(slot)->second.attempts;
    give_up(slot);
    return {Action::give_up, slot, attempts, {}};
}

}  // namespace pt::client
