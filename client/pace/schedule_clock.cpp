// When a schedule has to be asked next, and which attempts are still outstanding.
#include <algorithm>
#include <chrono>

#include "client/pace/schedule.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr Nanoseconds min_outstanding_time = 5ms;
constexpr Nanoseconds max_outstanding_time = 500ms;
constexpr int round_trips_outstanding = 2;
/// Where nothing at all has answered for so long, there are no answers that a faster rate could
/// harm.
constexpr Nanoseconds long_silence = 1s;

}  // namespace

void Schedule::no_longer_outstanding(State& state) {
    if (state.outstanding) {
        state.outstanding = false;
        --outstanding_;
    }
}

void Schedule::set_due(Slot slot, TimePoint at) {
    states_.find(slot)->second.due = at;
    dues_.push({at, slot});
}

void Schedule::age(TimePoint now) {
    const Nanoseconds limit = outstanding_time(now);
    for (; !started_.empty(); started_.pop_front()) {
        const Started& first = started_.front();
        const auto found = states_.find(first.slot);
        const bool outstanding = found != states_.end() && found->second.outstanding;
        if (outstanding && now - first.at < limit) {
            return;
        }
        if (outstanding && found->second.attempts == first.attempt) {
            no_longer_outstanding(found->second);
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

/// Since it began.
bool Schedule::is_silent_for_long(TimePoint now) const {
    return !smoothed_round_trip_ && first_start_ && now - *first_start_ > long_silence;
}

Nanoseconds Schedule::outstanding_time(TimePoint now) const {
    if (smoothed_round_trip_) {
        return std::clamp(*smoothed_round_trip_ * round_trips_outstanding, min_outstanding_time,
                          max_outstanding_time);
    }
    return is_silent_for_long(now) ? std::min(limits_.assumed_trip, min_outstanding_time)
                                   : limits_.assumed_trip;
}

/// Whether something could be sent now, but for the rate or the window.
bool Schedule::is_held_up(TimePoint now) const {
    return (!dues_.empty() && dues_.top().at <= now) ||
           (fresh_ < probes_ && in_flight_ < limits_.in_flight);
}

TimePoint Schedule::wake_time(TimePoint now) const {
    TimePoint unblocked = std::max(now, not_before_);
    if (outstanding_ >= window_.size() && !started_.empty()) {
        unblocked = std::max(unblocked, started_.front().at + outstanding_time(now));
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
