#include "server/journal/handshake_poller.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <span>
#include <utility>

#include "common/net/clock.hpp"
#include "server/kernel/kernel_settings.hpp"
#include "server/kernel/tcp_counters.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;

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

/// All of both families; an error where there are more than `max`, or `stop` is set.
template <typename Take>
std::error_code visit_both(SocketDiag& diag, std::uint32_t states, SocketDiag::WithDrops with_drops,
                           std::size_t max, const std::atomic<bool>* stop, Take take) {
    std::size_t count = 0;
    for (const int family : {AF_INET, AF_INET6}) {
        const auto error = diag.visit(Protocol::tcp, family, states, with_drops,
                                      [&](std::span<const UsedSocket> some) {
                                          count += some.size();
                                          if (count > max || (stop != nullptr && *stop)) {
                                              return false;
                                          }
                                          for (const UsedSocket& socket : some) {
                                              take(socket);
                                          }
                                          return true;
                                      });
        if (error) {
            return error;
        }
    }
    return {};
}

}  // namespace

HandshakePoller::HandshakePoller(const SourceKeys& keys)
    : keys_{keys},
      book_{kernel_tick()},
      min_life_{HandshakeBook::min_life(synack_retries())},
      lost_{lost_handshakes()},
      ended_handshakes_{ended_handshakes()} {}

HandshakePoll HandshakePoller::poll(const Limits& limits) {
    const bool unlimited = limits.handshakes == max_handshakes && limits.listeners == max_listeners;
    const auto gives_up = [&](std::error_code error) {
        return error == std::errc::operation_canceled &&
               (!unlimited || (limits.stop != nullptr && *limits.stop));
    };
    const Nanoseconds cpu_before = cpu_time();
    HandshakePoll poll;
    poll.began = net::steady_now();
    poll.segments = received_segments();
    const Nanoseconds min_life = HandshakeBook::min_life(synack_retries());
    // Handshakes first: what ends before the counters are read is counted by then.
    std::vector<HalfOpen> handshakes;
    const auto handshake_error = find_handshakes(limits, handshakes);
    if (gives_up(handshake_error)) {
        return poll;
    }
    const TimePoint found = net::steady_now();
    // As long as none has ended unseen, no listener is asked: there may be very many.
    const auto ended_before = ended_handshakes();
    const bool some_ended = !ended_before || ended_before != ended_handshakes_;
    std::vector<UsedSocket> listeners;
    const auto listener_error = some_ended ? find_listeners(limits, listeners) : std::error_code{};
    if (gives_up(listener_error)) {
        return poll;
    }
    min_life_ = min_life;
    poll.complete = true;
    poll.able = !handshake_error;
    poll.handshakes = handshakes.size();
    if (poll.able) {
        poll.notes = book_.add_poll(std::move(handshakes), {poll.began, found}, min_life_);
    }
    poll.explained = true;
    if (some_ended) {
        ended_handshakes_ = ended_handshakes();
        poll.listeners = listeners.size();
        poll.unseen = drops_.add_dump(listeners);
        poll.explained = drops_.explains(ended_before, ended_handshakes_) && !listener_error;
    }
    poll.ended = net::steady_now();
    // When the count grew between two polls is not known: in doubt it is now.
    const auto lost = lost_handshakes();
    if (!poll.able || !poll.explained || !lost || lost != lost_) {
        book_.miss(poll.ended);
    }
    lost_ = lost;
    poll.settled = poll.segments && poll.segments == segments_;
    segments_ = poll.segments;
    poll.took = cpu_time() - cpu_before;
    return poll;
}

std::error_code HandshakePoller::find_handshakes(const Limits& limits,
                                                 std::vector<HalfOpen>& found) {
    return visit_both(
        diag_, 1U << TCP_SYN_RECV, SocketDiag::WithDrops::no, limits.handshakes, limits.stop,
        [&](const UsedSocket& socket) { found.push_back(to_half_open(socket, keys_)); });
}

std::error_code HandshakePoller::find_listeners(const Limits& limits,
                                                std::vector<UsedSocket>& found) {
    return visit_both(diag_, 1U << TCP_LISTEN, SocketDiag::WithDrops::yes, limits.listeners,
                      limits.stop, [&](const UsedSocket& socket) { found.push_back(socket); });
}

}  // namespace pt::server
