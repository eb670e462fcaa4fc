#include "server/journal/handshake_watch.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/net/clock.hpp"
#include "server/kernel/tcp_counters.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;

/// Often enough that each handshake is seen before anything is repeated, and so is dated exactly.
constexpr Nanoseconds min_interval = 500ms;
/// Often enough that none comes and goes unseen (HandshakeBook), and that the journal's file has
/// each when its readers have waited.
constexpr Nanoseconds max_interval = 1500ms;
constexpr Nanoseconds max_idle_interval = 4s;
/// Clients that come or ask in a burst share what one poll has found.
constexpr Nanoseconds shared_for = 50ms;
/// Polls may take one part in so many of the processor's time. Those that clients cause may run
/// ahead of their share, so that only very many of them are refused.
constexpr int idle_share = 200;
constexpr int routine_share = 50;
constexpr int urgent_share = 10;
constexpr Nanoseconds urgent_advance = 500ms;
constexpr int urgent_polls_ahead = 4;
/// What an echo may wait for.
constexpr Nanoseconds quick_time = 2ms;

}  // namespace

void HandshakeWatch::poll(Reason reason, TimePoint now, ArrivalRecord& record) {
    new_session_ = new_session_ || reason == Reason::new_session;
    const bool urgent = reason == Reason::new_session || reason == Reason::query;
    if (under_way_) {
        wanted_ = urgent ? now : wanted_;
        return;
    }
    const Nanoseconds interval = std::min(min_interval, poller_.min_life() / 3);
    const bool fresh = known_until_ && now - *known_until_ < (urgent ? shared_for : interval);
    if (fresh || is_quiet(now) || !may_poll(reason, now)) {
        return;
    }
    new_session_ = false;
    if (!wake_) {
        poll_here({}, record);
    } else if (!quick_ || !poll_here({max_quick, max_quick, nullptr}, record)) {
        under_way_ = true;
        wake_();
    }
}

bool HandshakeWatch::poll_here(const HandshakePoller::Limits& limits, ArrivalRecord& record) {
    const auto poll = poller_.poll(limits);
    if (poll.complete) {
        for (const HandshakeNote& note : poll.notes) {
            note.add_to(record);
        }
        for (const Port port : poll.unseen) {
            record.note_unseen(Protocol::tcp, port, poll.ended);
        }
        note_result(poll);
    }
    return poll.complete;
}

void HandshakeWatch::note_result(const HandshakePoll& poll) {
    able_ = poll.able;
    settled_ = poll.settled;
    segments_ = poll.segments;
    blind_ = poller_.book().blind();
    known_until_ = poll.began;
    debt_ = debt(poll.ended) + poll.took;
    took_ = poll.took;
    ended_ = poll.ended;
    quick_ = took_ <= quick_time && std::max(poll.handshakes, poll.listeners) <= max_quick;
}

bool HandshakeWatch::finish_poll(const HandshakePoll& poll) {
    note_result(poll);
    const auto wanted = std::exchange(wanted_, std::nullopt);
    under_way_ = wanted && !reaches(*wanted) && may_poll(Reason::query, net::steady_now());
    new_session_ = new_session_ && !under_way_;
    return under_way_;
}

void HandshakeWatch::leave_long_polls_to(std::function<void()> wake) {
    wake_ = std::move(wake);
    under_way_ = under_way_ && wake_;
}

bool HandshakeWatch::reaches(TimePoint until) const {
    return known_until_ && *known_until_ >= until - shared_for;
}

bool HandshakeWatch::knows_all(TimePoint since, TimePoint until) const {
    return able_ && reaches(until) && (!blind_ || *blind_ < since);
}

bool HandshakeWatch::is_awaited(TimePoint since, TimePoint until) const {
    return under_way_ && !reaches(until) && (!blind_ || *blind_ < since);
}

/// Where no segment has come, there is nothing new. One that was counted just before a poll began
/// may have made its handshake just behind it: only a poll that no segment preceded counts.
bool HandshakeWatch::is_quiet(TimePoint now) {
    const bool quiet = able_ && settled_ && received_segments() == segments_;
    if (quiet) {
        poller_.skip(now);
        known_until_ = now;
        new_session_ = false;
    }
    return quiet;
}

bool HandshakeWatch::may_poll(Reason reason, TimePoint now) const {
    if (new_session_ || reason == Reason::query) {
        return debt(now) <= std::max(urgent_advance, took_ * urgent_polls_ahead);
    }
    const auto wait = [this](int share, Nanoseconds max) {
        const Nanoseconds longest = std::min(max, poller_.min_life() / 2);
        return std::max(std::clamp(took_ * share, std::min(min_interval, longest), longest),
                        took_ * urgent_share);
    };
    return now - ended_ >= (reason == Reason::idle ? wait(idle_share, max_idle_interval)
                                                   : wait(routine_share, max_interval));
}

Nanoseconds HandshakeWatch::debt(TimePoint now) const {
    return std::max(debt_ - (now - ended_) / urgent_share, Nanoseconds{});
}

}  // namespace pt::server
