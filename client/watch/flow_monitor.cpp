#include "client/watch/flow_monitor.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace pt::client {
namespace {

/// Outcomes that a state without an answer is named by, and those of so long at least: refusals are
/// that rare where they are limited (Linux: one a second for each destination,
/// net.ipv4.icmp_ratelimit).
constexpr std::size_t named_by = 15;
constexpr Nanoseconds named_by_time = std::chrono::milliseconds{3500};
/// What chance may do: about once a day, at five attempts a second.
constexpr double accepted_chance = 2e-6;
/// Weight of the latest attempt in the share of those that are lost.
constexpr double loss_weight = 1.0 / 32;

}  // namespace

void FlowMonitor::sent(std::uint64_t id, TimePoint now) {
    attempts_.push_back({.id = id, .sent = now, .waits_since = now});
    if (attempts_.size() > max_kept) {
        attempts_.pop_front();
    }
}

FlowMonitor::Attempt* FlowMonitor::find(std::uint64_t id) {
    const auto found = std::lower_bound(
        attempts_.begin(), attempts_.end(), id,
        [](const Attempt& attempt, std::uint64_t wanted) { return attempt.id < wanted; });
    return found == attempts_.end() || found->id != id ? nullptr : &*found;
}

void FlowMonitor::connected(std::uint64_t id) {
    if (Attempt* attempt = find(id)) {
        attempt->connected = true;
    }
}

void FlowMonitor::finished(std::uint64_t id, FlowState outcome,
                           std::optional<Nanoseconds> round_trip, TimePoint now) {
    if (round_trip) {
        note_round_trip(*round_trip);
    }
    Attempt* attempt = find(id);
    if (attempt == nullptr) {
        return;
    }
    const bool is_late = attempt->outcome == FlowState::no_reply;
    decide(*attempt, outcome);
    // Less than before is no answer: where the echo came, a connection alone is a failure.
    const bool is_answer =
        outcome == FlowState::open || (outcome == FlowState::answered && state_ != FlowState::open);
    if (is_answer && attempt->id > last_answered_id_) {
        take_answer(Attempt{*attempt}, now);
    } else {
        judge();
    }
    if (is_answer && is_late) {
        wait_again(now);
    }
    drop_outdated();
}

/// A reply that came late: those to later attempts may come as late.
void FlowMonitor::wait_again(TimePoint now) {
    for (Attempt& attempt : attempts_) {
        if (attempt.outcome == FlowState::no_reply && attempt.id > last_answered_id_) {
            --decided_;
            --unanswered_;
            attempt.outcome = FlowState::unknown;
            attempt.waits_since = now;
        }
    }
}

void FlowMonitor::decide(Attempt& attempt, FlowState outcome) {
    decided_ += attempt.outcome == FlowState::unknown ? 1 : 0;
    unanswered_ -= attempt.outcome == FlowState::no_reply ? 1 : 0;
    unanswered_ += outcome == FlowState::no_reply ? 1 : 0;
    attempt.outcome = outcome;
}

/// What was sent before it tells no more of the present.
void FlowMonitor::take_answer(const Attempt& attempt, TimePoint now) {
    const bool was_up = has_answer(state_);
    std::optional<TimePoint> last_failed;
    if (last_failed_ && *last_failed_ < attempt.sent) {
        last_failed = last_failed_;
    }
    for (const Attempt& earlier : attempts_) {
        if (earlier.id < attempt.id && is_failure(earlier)) {
            last_failed = earlier.sent;
            loss_ += was_up ? (1 - loss_) * loss_weight : 0;
        }
    }
    loss_ -= was_up ? loss_ * loss_weight : 0;
    // Of what was sent again and again, none is known to have failed last.
    const bool is_dated = !rules_.repeats || was_up;
    if (attempt.outcome != state_) {
        change(attempt.outcome,
               was_up     ? last_answered_
               : is_dated ? last_failed
                          : std::nullopt,
               is_dated ? attempt.sent : now);
    }
    last_answered_id_ = attempt.id;
    last_answered_ = is_dated ? attempt.sent : now;
    last_failed_.reset();
}

void FlowMonitor::drop_outdated() {
    std::erase_if(attempts_, [this](const Attempt& attempt) {
        return attempt.outcome != FlowState::unknown && attempt.id <= last_answered_id_;
    });
}

void FlowMonitor::discard(std::uint64_t id) {
    std::erase_if(attempts_, [id](const Attempt& attempt) { return attempt.id == id; });
}

void FlowMonitor::discard_all() {
    std::erase_if(attempts_,
                  [](const Attempt& attempt) { return attempt.outcome == FlowState::unknown; });
}

void FlowMonitor::restart(TimePoint now) {
    for (Attempt& attempt : attempts_) {
        if (attempt.outcome == FlowState::unknown) {
            attempt.sent = attempt.waits_since = now;
        }
    }
}

void FlowMonitor::advance(TimePoint now) {
    const auto limit = timeout();
    std::vector<std::uint64_t> answered;
    for (Attempt& attempt : attempts_) {
        if (attempt.outcome != FlowState::unknown || attempt.waits_since + limit > now) {
            continue;
        }
        if (attempt.connected) {
            answered.push_back(attempt.id);
        } else {
            decide(attempt, FlowState::no_reply);
        }
    }
    for (const auto id : answered) {
        finished(id, FlowState::answered, {}, now);
    }
    judge();
    drop_outdated();
}

void FlowMonitor::judge() {
    const auto failed = [this](const Attempt& attempt) { return is_failure(attempt); };
    const auto refused = [this](const Attempt& attempt) {
        return is_failure(attempt) &&
               (attempt.outcome == FlowState::refused || attempt.outcome == FlowState::no_route);
    };
    const auto failures =
        static_cast<std::size_t>(std::count_if(attempts_.begin(), attempts_.end(), failed));
    const auto refusals =
        static_cast<std::size_t>(std::count_if(attempts_.begin(), attempts_.end(), refused));
    if (failures < needed_losses() && refusals < min_refused) {
        return;
    }
    const auto first = std::find_if(attempts_.begin(), attempts_.end(), failed);
    const auto after = state_of_failures();
    if (after != state_ && (has_answer(state_) || state_ == FlowState::unknown)) {
        change(after, last_answered_, first->sent);
    } else if (after != state_) {
        const auto named =
            std::find_if(attempts_.rbegin(), attempts_.rend(),
                         [after](const Attempt& attempt) { return attempt.outcome == after; });
        const bool is_ordered = last_failed_ && *last_failed_ < named->sent;
        change(after, is_ordered ? last_failed_ : std::nullopt, named->sent);
    }
    last_failed_ = std::find_if(attempts_.rbegin(), attempts_.rend(), failed)->sent;
    while (attempts_.size() > named_by + max_silent && failed(attempts_.front()) &&
           attempts_.front().sent + named_by_time < attempts_.back().sent) {
        attempts_.pop_front();
    }
}

/// A fifth of what is measured is added: the estimate is rough.
std::size_t FlowMonitor::needed_losses() const {
    constexpr double margin = 1.2;
    const double loss = std::min(loss_ * margin, 0.9);
    if (loss <= 0) {
        return rules_.min_silent;
    }
    const auto needed = static_cast<std::size_t>(std::log(accepted_chance) / std::log(loss)) + 1;
    return std::clamp(needed, rules_.min_silent, std::max(max_silent, rules_.min_silent));
}

/// By what comes back, if anything does: it says more than silence. The present state stays while
/// there is any sign of it; another one takes several, as one may be forged.
FlowState FlowMonitor::state_of_failures() const {
    std::map<FlowState, std::size_t> counts;
    std::size_t seen = 0;
    for (auto attempt = attempts_.rbegin(); attempt != attempts_.rend(); ++attempt) {
        const bool is_recent = attempt->sent + named_by_time >= attempts_.back().sent;
        if (seen >= named_by && !is_recent) {
            break;
        }
        if (is_failure(*attempt)) {
            ++seen;
            ++counts[attempt->outcome];
        }
    }
    counts.erase(FlowState::no_reply);
    if (!has_answer(state_) && counts.contains(state_)) {
        return state_;
    }
    const auto most = std::max_element(counts.begin(), counts.end(), [](auto& one, auto& other) {
        return one.second < other.second;
    });
    return most != counts.end() && most->second >= min_refused ? most->first : FlowState::no_reply;
}

void FlowMonitor::change(FlowState after, std::optional<TimePoint> earliest, TimePoint latest) {
    changes_.push_back({std::exchange(state_, after), after, earliest, latest});
}

std::optional<FlowChange> FlowMonitor::take_change() {
    if (changes_.empty()) {
        return std::nullopt;
    }
    const FlowChange first = changes_.front();
    changes_.pop_front();
    return first;
}

std::optional<TimePoint> FlowMonitor::next_due() const {
    std::optional<TimePoint> due;
    for (const Attempt& attempt : attempts_) {
        if (attempt.outcome == FlowState::unknown) {
            due = std::min(due.value_or(attempt.waits_since), attempt.waits_since);
        }
    }
    return due ? std::optional{*due + timeout()} : std::nullopt;
}

/// As TCP's retransmission timeout (RFC 6298 section 2), with a lower bound of our own.
Nanoseconds FlowMonitor::timeout() const {
    if (!smoothed_) {
        return std::max(rules_.first_timeout, rules_.min_timeout);
    }
    return std::max(rules_.min_timeout, rules_.round_trips * (*smoothed_ + 4 * variation_));
}

void FlowMonitor::note_round_trip(Nanoseconds round_trip) {
    if (!smoothed_) {
        smoothed_ = round_trip;
        variation_ = round_trip / 2;
        return;
    }
    const auto difference =
        round_trip > *smoothed_ ? round_trip - *smoothed_ : *smoothed_ - round_trip;
    variation_ = (3 * variation_ + difference) / 4;
    smoothed_ = (7 * *smoothed_ + round_trip) / 8;
}

}  // namespace pt::client
