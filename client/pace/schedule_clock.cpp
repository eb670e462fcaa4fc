// When a schedule has to be asked next, and what is still young.
#include <algorithm>
#include <chrono>

#include "client/pace/schedule.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr Nanoseconds min_young_age = 5ms;
constexpr Nanoseconds max_young_age = 500ms;
constexpr int round_trips_young = 2;
/// Where nothing at all has answered for so long, there are no answers that a faster rate could
/// harm.
constexpr Nanoseconds long_silence = 1s;

}  // namespace

void Schedule::no_longer_young(State& state) {
    if (state.young) {
        state.young = false;
        --young_;
    }
}

void Schedule::set_due(Slot slot, TimePoint at) {
    states_.find(slot)->second.due = at;
    dues_.push({at, slot});
}

void Schedule::age(TimePoint now) {
    const Nanoseconds limit = young_age(now);
    for (; !started_.empty(); started_.pop_front()) {
        const Started& first = started_.front();
        const auto found = states_.find(first.slot);
        const bool young = found != states_.end() && found->second.young;
        if (young && now - first.at < limit) {
            return;
        }
        if (young && found->second.attempts == first.attempt) {
            no_longer_young(found->second);
        }
    }
}

void Schedule::drop_stale_dues() {
    const auto stale = [this](const Due& due) {
        const auto found = states_.find(due.slot);
        return found == states_.end() || found->second.phase != Phase::active ||
               found->second.due != due.at;
    };
    while (!dues_.empty() && stale(dues_.top())) {
        dues_.pop();
    }
}

Nanoseconds Schedule::young_age(TimePoint now) const {
    if (smoothed_round_trip_) {
        return std::clamp(*smoothed_round_trip_ * round_trips_young, min_young_age, max_young_age);
    }
    const bool silent = first_start_ && now - *first_start_ > long_silence;
    return silent ? std::min(limits_.assumed_trip, min_young_age) : limits_.assumed_trip;
}

TimePoint Schedule::wake_time(TimePoint now) const {
    TimePoint unblocked = std::max(now, not_before_);
    if (young_ >= window_.size() && !started_.empty()) {
        unblocked = std::max(unblocked, started_.front().at + young_age(now));
    }
    TimePoint wake = TimePoint::max();
    if (!dues_.empty()) {
        wake = dues_.top().at > now ? dues_.top().at : unblocked;
    }
    if (fresh_ < probes_ && in_flight_ < limits_.in_flight) {
        wake = std::min(wake, unblocked);
    }
    if (!controls_.empty()) {
        wake = std::min(wake, controls_.front().sent + control_timeout());
    }
    if (!controls_due_.empty()) {
        wake = std::min(wake, std::max(controls_due_.front().at_latest, unblocked));
    }
    return wake;
}

}  // namespace pt::client
