#include "client/watch/watched_port.hpp"

#include <algorithm>
#include <utility>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr int frames_per_interval = 20;
constexpr Nanoseconds min_frame_gap = 10ms;
/// pt-server closes a connection that brought no frame for a minute.
constexpr Nanoseconds max_frame_gap = 1s;
/// Less than what a change may be reported late by.
constexpr Nanoseconds min_timeout = 40ms;

}  // namespace

WatchRhythm::WatchRhythm(Nanoseconds interval)
    : every{interval},
      attempt{interval / attempts_per_interval},
      frame{std::clamp(interval / frames_per_interval, min_frame_gap, max_frame_gap)},
      fresh_tcp{.min_silent = attempts_per_interval, .min_timeout = min_timeout, .round_trips = 2},
      fresh_udp{.min_silent = attempts_per_interval, .min_timeout = min_timeout},
      // One frame at a time, and the kernel sends it again.
      established_tcp{
          .min_silent = 1, .min_timeout = std::min<Nanoseconds>(interval, 20s), .repeats = true},
      established_udp{.min_silent = static_cast<std::size_t>(
                          std::clamp<Nanoseconds::rep>(interval / frame, 1, frames_per_interval)),
                      .min_timeout = min_timeout} {}

std::string_view to_string(FlowEnd reason) {
    switch (reason) {
        case FlowEnd::reset: return "reset";
        case FlowEnd::closed: return "closed";
        case FlowEnd::timed_out: return "timed-out";
        case FlowEnd::given_up: return "given-up";
        case FlowEnd::other_data: return "other-data";
        case FlowEnd::error: return "error";
    }
    return "error";
}

WatchedPort::WatchedPort(std::string host, const Endpoint& endpoint, const WatchRhythm& rhythm,
                         bool only_echoes)
    : host_{std::move(host)},
      endpoint_{endpoint},
      fresh_{endpoint.protocol == Protocol::tcp ? rhythm.fresh_tcp : rhythm.fresh_udp},
      established_{endpoint.protocol == Protocol::tcp ? rhythm.established_tcp
                                                      : rhythm.established_udp},
      established_rules_{endpoint.protocol == Protocol::tcp ? rhythm.established_tcp
                                                            : rhythm.established_udp},
      every_{rhythm.every},
      only_echoes_{only_echoes} {}

bool WatchedPort::is_available(FlowState state) const {
    return state == FlowState::open || (state == FlowState::answered && !only_echoes_);
}

void WatchedPort::note_round_trip(Nanoseconds round_trip) {
    round_trips_.add(round_trip);
    last_round_trip_ = round_trip;
}

void WatchedPort::note_failure(TimePoint now) {
    ++failures_;
    failing_since_ = failing_since_.value_or(now);
}

/// Some failures between attempts that are made leave the port watched.
void WatchedPort::note_attempt(TimePoint now) {
    if (failing_since_ && now - *failing_since_ >= every_) {
        availability_.pause(*failing_since_, now);
        failing_ += now - *failing_since_;
    }
    failing_since_.reset();
}

bool WatchedPort::note_path(const SocketAddress& destination, const IpAddress& source) {
    constexpr unsigned many = 10;
    const std::pair path{destination, source};
    if (path_ == path) {
        ++flows_on_path_;
        return false;
    }
    const bool is_news = path_ && flows_on_path_ >= many;
    path_ = path;
    flows_on_path_ = 1;
    return is_news;
}

std::optional<TimePoint> WatchedPort::established_lost_since() const {
    if (fresh_.state() != FlowState::open || !established_lost_ || !since_) {
        return std::nullopt;
    }
    return std::max(*established_lost_, *since_);
}

void WatchedPort::established_ended(FlowEnd reason, TimePoint now) {
    if (established_was_open_) {
        events_.emplace_back(EstablishedEnd{reason, established_.state(), now, blocked_since_});
    }
    established_ = FlowMonitor{established_rules_};
    established_lost_.reset();
    established_was_open_ = false;
}

void WatchedPort::collect() {
    take_fresh_changes();
    take_established_changes();
}

void WatchedPort::advance(TimePoint now) {
    fresh_.advance(now);
    established_.advance(now);
    collect();
}

void WatchedPort::take_fresh_changes() {
    while (const auto change = fresh_.take_change()) {
        only_echoes_ = only_echoes_ || change->after == FlowState::open;
        const bool now_available = is_available(change->after);
        StateChange event{FlowKind::fresh, *change, {}, {}};
        // That it goes on takes a reply to something that was sent after the change.
        const auto replied = established_.last_answered();
        if (!has_answer(established_.state()) || (replied && *replied >= change->latest)) {
            event.other = established_.state();
        }
        if (!availability_.begun()) {
            availability_.begin(change->latest, change->after, now_available);
            availability_.name(verdict_);  // the first scan may have been faster
        } else {
            const bool ends_outage = now_available && !availability_.available();
            availability_.change(change->latest, change->after, now_available);
            if (ends_outage && blocked_since_) {
                event.outage = availability_.last_outage();
            }
        }
        if (now_available) {
            blocked_since_.reset();
        } else if (!blocked_since_) {
            blocked_since_ = change->latest;
        }
        since_ = change->latest;
        if (change->before != FlowState::unknown || now_available) {
            verdict_.clear();
        }
        events_.emplace_back(event);
    }
}

/// That it has come about is no news, nor is what happens before.
void WatchedPort::take_established_changes() {
    while (const auto change = established_.take_change()) {
        const bool is_open = has_answer(change->after);
        if (established_was_open_) {
            events_.emplace_back(StateChange{FlowKind::established, *change, fresh_.state(), {}});
        }
        established_was_open_ = established_was_open_ || is_open;
        established_lost_ = is_open ? std::nullopt : std::optional{change->latest};
    }
}

void WatchedPort::end_interval() {
    const auto decided =
        fresh_.decided() > decided_before_ ? fresh_.decided() - decided_before_ : 0;
    const auto unanswered =
        fresh_.unanswered() > unanswered_before_ ? fresh_.unanswered() - unanswered_before_ : 0;
    decided_before_ = fresh_.decided();
    unanswered_before_ = fresh_.unanswered();
    const bool down = availability_.begun() && !availability_.available();
    history_ += decided == 0 ? ' ' : down ? 'x' : unanswered == 0 ? '.' : '+';
    if (history_.size() > max_history) {
        history_.erase(0, history_.size() - max_history);
    }
}

void WatchedPort::pause(const PauseDetector::Pause& pause, TimePoint now) {
    fresh_.discard_all();
    established_.restart(now);
    availability_.pause(pause.from, now);
    if (availability_.begun()) {
        availability_.note_sleep(pause.asleep);
    }
}

/// An answer is no reason of an outage: the scan met the port while it was back. Nor does silence
/// explain refusals that came: where ICMP errors are limited, the attempts of the watch have had
/// them.
void WatchedPort::name_verdict(const Conclusion& conclusion, const std::string& text) {
    const bool is_answer =
        conclusion.verdict == Verdict::open || conclusion.verdict == Verdict::answered;
    const bool is_weaker =
        fresh_.state() == FlowState::refused && conclusion.verdict == Verdict::filtered;
    if (available() || is_answer || is_weaker) {
        return;
    }
    verdict_ = text;
    availability_.name(text);
}

void WatchedPort::end(TimePoint now) {
    note_attempt(now);
    availability_.end(now);
}

std::vector<PortEvent> WatchedPort::take_events() { return std::exchange(events_, {}); }

std::optional<TimePoint> WatchedPort::next_due() const {
    const auto one = fresh_.next_due();
    const auto other = established_.next_due();
    return one && other ? std::min(*one, *other) : one ? one : other;
}

}  // namespace pt::client
