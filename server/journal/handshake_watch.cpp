#include "server/journal/handshake_watch.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "common/net/clock.hpp"
#include "server/kernel/kernel_settings.hpp"
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

/// What this thread has taken of the processor: on a busy machine a poll lasts longer than it
/// costs.
Nanoseconds cpu_time() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds{time.tv_sec} + Nanoseconds{time.tv_nsec};
}

/// What the kernel counts its timers in (jiffies): the coarse clocks' resolution.
Nanoseconds kernel_tick() {
    constexpr Nanoseconds longest = 10ms;
    timespec resolution{};
    return clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) == 0 && resolution.tv_sec == 0
               ? std::min<Nanoseconds>(Nanoseconds{resolution.tv_nsec}, longest)
               : longest;
}

}  // namespace

HandshakeWatch::HandshakeWatch()
    : book_{kernel_tick()},
      min_life_{HandshakeBook::min_life(synack_retries())},
      lost_{lost_handshakes()},
      ended_handshakes_{ended_handshakes()} {}

void HandshakeWatch::poll(Reason reason, TimePoint now, ArrivalRecord& record) {
    new_session_ = new_session_ || reason == Reason::new_session;
    const bool urgent = reason == Reason::new_session || reason == Reason::query;
    const Nanoseconds interval = std::min(min_interval, min_life_ / 3);
    const bool fresh = known_until_ && now - *known_until_ < (urgent ? shared_for : interval);
    if (!fresh && !is_quiet(now) && may_poll(reason, now)) {
        poll_now(record);
    }
}

bool HandshakeWatch::knows_all(TimePoint since, TimePoint until) const {
    return able_ && *known_until_ >= until - shared_for && book_.knows_all(since);
}

/// Where no segment has come, there is nothing new. One that was counted just before a poll began
/// may have made its handshake just behind it: only a poll that no segment preceded counts.
bool HandshakeWatch::is_quiet(TimePoint now) {
    const bool quiet = able_ && settled_ && received_segments() == segments_;
    if (quiet) {
        book_.skip(now);
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
        const Nanoseconds longest = std::min(max, min_life_ / 2);
        return std::max(std::clamp(took_ * share, std::min(min_interval, longest), longest),
                        took_ * urgent_share);
    };
    return now - ended_ >= (reason == Reason::idle ? wait(idle_share, max_idle_interval)
                                                   : wait(routine_share, max_interval));
}

Nanoseconds HandshakeWatch::debt(TimePoint now) const {
    return std::max(debt_ - (now - ended_) / urgent_share, Nanoseconds{});
}

void HandshakeWatch::poll_now(ArrivalRecord& record) {
    const Nanoseconds cpu_before = cpu_time();
    const TimePoint began = net::steady_now();
    const auto segments = received_segments();
    min_life_ = HandshakeBook::min_life(synack_retries());
    // Handshakes first: what ends before the counters are read is counted by then.
    able_ = poll_handshakes(record);
    const bool explained = poll_drops(record);
    const TimePoint ended = net::steady_now();
    // When the count grew between two polls is not known: in doubt it is now.
    const auto lost = lost_handshakes();
    if (!able_ || !explained || !lost || lost != lost_) {
        book_.miss(ended);
    }
    lost_ = lost;
    settled_ = segments && segments == segments_;
    segments_ = segments;
    new_session_ = false;
    known_until_ = began;
    took_ = cpu_time() - cpu_before;
    debt_ = debt(ended) + took_;
    ended_ = ended;
}

bool HandshakeWatch::poll_handshakes(ArrivalRecord& record) {
    std::error_code error;
    const TimePoint began = net::steady_now();
    const auto found = dump(1U << TCP_SYN_RECV, SocketDiag::WithDrops::no, error);
    if (!error) {
        book_.add_poll(found, {began, net::steady_now()}, min_life_, record);
    }
    return !error;
}

/// Whether all handshakes that have ended unseen since the last poll are noted for their ports. As
/// long as none has, no listener is asked: there may be very many.
bool HandshakeWatch::poll_drops(ArrivalRecord& record) {
    const auto before = ended_handshakes();
    if (before && before == ended_handshakes_) {
        return true;
    }
    std::error_code error;
    const auto listeners = dump(1U << TCP_LISTEN, SocketDiag::WithDrops::yes, error);
    const TimePoint now = net::steady_now();
    ended_handshakes_ = ended_handshakes();
    for (const Port port : drops_.add_dump(listeners)) {
        record.note_unseen(Protocol::tcp, port, now);
    }
    return drops_.explains(before, ended_handshakes_) && !error;
}

std::vector<UsedSocket> HandshakeWatch::dump(std::uint32_t states, SocketDiag::WithDrops with_drops,
                                             std::error_code& error) {
    constexpr std::size_t max_listeners = 1U << 20U;
    const std::size_t max =
        with_drops == SocketDiag::WithDrops::yes ? max_listeners : max_handshakes;
    std::vector<UsedSocket> all;
    for (const int family : {AF_INET, AF_INET6}) {
        const auto found = diag_.dump(Protocol::tcp, family, states, error, max, with_drops);
        if (error || all.size() + found.size() > max) {
            error = error ? error : std::make_error_code(std::errc::value_too_large);
            return {};
        }
        all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

}  // namespace pt::server
