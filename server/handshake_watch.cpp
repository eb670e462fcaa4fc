#include "server/handshake_watch.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "server/tcp_counters.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;

/// Often enough that each handshake is seen before anything is repeated, and so is dated exactly.
constexpr Nanoseconds shortest_interval = 500ms;
/// Often enough that none comes and goes unseen (HandshakeBook), and that the journal's file has
/// each when its readers have waited.
constexpr Nanoseconds longest_interval = 1500ms;
constexpr Nanoseconds longest_idle_interval = 4s;
/// Clients that come or ask in a burst share what one look has found.
constexpr Nanoseconds shared_for = 50ms;
/// Looks may take one part in so many of the processor's time. Those that clients cause may run
/// ahead of their share, so that only very many of them are refused.
constexpr int idle_share = 200;
constexpr int routine_share = 50;
constexpr int urgent_share = 10;
constexpr Nanoseconds urgent_advance = 500ms;
constexpr int urgent_looks_ahead = 4;

TimePoint steady_now() { return std::chrono::steady_clock::now(); }

/// What this thread has taken of the processor: on a busy machine a look lasts longer than it
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

HandshakeWatch::HandshakeWatch() : book_{kernel_tick()}, lost_{lost_handshakes()} {}

void HandshakeWatch::look(Reason reason, TimePoint now, ConnectionLog& log) {
    new_session_ = new_session_ || reason == Reason::new_session;
    const bool urgent = reason == Reason::new_session || reason == Reason::question;
    const bool fresh =
        known_until_ && now - *known_until_ < (urgent ? shared_for : shortest_interval);
    if (!fresh && !is_quiet(now) && may_go(reason, now)) {
        go(log);
    }
}

bool HandshakeWatch::knows_all(TimePoint since, TimePoint until) const {
    return able_ && *known_until_ >= until - shared_for && book_.knows_all(since);
}

/// Where no segment has come, there is nothing new. One that was counted just before a look began
/// may have made its handshake just behind it: only a look that no segment preceded counts.
bool HandshakeWatch::is_quiet(TimePoint now) {
    const bool quiet = able_ && settled_ && received_segments() == segments_;
    if (quiet) {
        book_.skip(now);
        known_until_ = now;
        new_session_ = false;
    }
    return quiet;
}

bool HandshakeWatch::may_go(Reason reason, TimePoint now) const {
    if (new_session_ || reason == Reason::question) {
        return debt(now) <= std::max(urgent_advance, took_ * urgent_looks_ahead);
    }
    const auto wait = [this](int share, Nanoseconds longest) {
        return std::max(std::clamp(took_ * share, shortest_interval, longest),
                        took_ * urgent_share);
    };
    return now - ended_ >= (reason == Reason::idle ? wait(idle_share, longest_idle_interval)
                                                   : wait(routine_share, longest_interval));
}

Nanoseconds HandshakeWatch::debt(TimePoint now) const {
    return std::max(debt_ - (now - ended_) / urgent_share, Nanoseconds{});
}

void HandshakeWatch::go(ConnectionLog& log) {
    const Nanoseconds cpu_before = cpu_time();
    const TimePoint began = steady_now();
    const auto segments = received_segments();
    std::error_code error;
    const auto found = dump(error);
    const TimePoint ended = steady_now();
    able_ = !error;
    if (able_) {
        book_.look(found, {began, ended}, log);
    }
    // When the count grew between two looks is not known: in doubt it is now.
    const auto lost = lost_handshakes();
    if (error || !lost || lost != lost_) {
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

std::vector<UsedSocket> HandshakeWatch::dump(std::error_code& error) {
    std::vector<UsedSocket> all;
    for (const int family : {AF_INET, AF_INET6}) {
        const auto found = diag_.dump(Protocol::tcp, family, 1U << TCP_SYN_RECV, error, most);
        if (error || all.size() + found.size() > most) {
            error = error ? error : std::make_error_code(std::errc::value_too_large);
            return {};
        }
        all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

}  // namespace pt::server
