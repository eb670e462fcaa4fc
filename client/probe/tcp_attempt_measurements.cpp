// Part of TcpAttempt: what the kernel tells of its packets, of ICMP errors,
// and of its socket at the end.
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <chrono>

#include "client/probe/tcp_attempt.hpp"
#include "common/net/error_queue.hpp"
#include "common/net/tcp_measurements.hpp"

namespace pt::client {
namespace {

/// What data that have just been acknowledged may have waited for a repetition: Linux sends again
/// after 200 ms at the soonest (TCP_RTO_MIN).
constexpr Nanoseconds min_repetition = std::chrono::milliseconds{190};

}  // namespace

/// Both sides are through with it: it never came about, or the peer's stream has ended like ours.
/// What has been connected to a link-local address stays bound to that link.
bool TcpAttempt::may_serve_again() {
    if (frames_ == Frames::many || link_local_) {
        return false;
    }
    if (refused_) {
        return true;
    }
    std::uint8_t more = 0;
    return received_ == bytes_in_.size() && recv(descriptor(), &more, sizeof more, 0) == 0;
}

bool TcpAttempt::data_acknowledged() {
    int unacknowledged = 0;
    return connected_ && !closed_ && ioctl(descriptor(), SIOCOUTQ, &unacknowledged) == 0 &&
           unacknowledged == 0;
}

std::optional<Nanoseconds> TcpAttempt::kernel_round_trip() const {
    const auto kernel = net::read_tcp_measurements(descriptor());
    return kernel ? kernel->min_round_trip : std::nullopt;
}

bool TcpAttempt::syn_sent_again() const {
    constexpr Nanoseconds first_timeout = std::chrono::milliseconds{950};  // TCP_TIMEOUT_INIT: 1 s
    const Nanoseconds handshake = first_sent_ - started_;
    const auto shortest = handshake >= first_timeout ? kernel_round_trip() : std::nullopt;
    return shortest && *shortest < handshake / 2;
}

/// Only what lasted as long as a repetition takes has to be looked at: the look costs a call.
std::optional<net::TcpMeasurements> TcpAttempt::measurements_if_slow() const {
    return round_trip_ < min_repetition ? std::nullopt : net::read_tcp_measurements(descriptor());
}

bool TcpAttempt::sent_data_again() const {
    const auto kernel = measurements_if_slow();
    return kernel && kernel->bytes_retransmitted > 0;
}

std::optional<Nanoseconds> TcpAttempt::measured_round_trip() const {
    const auto kernel = measurements_if_slow();
    if (!kernel) {
        return round_trip_;
    }
    // The server's own repetition shows only by its time.
    const bool late =
        kernel->min_round_trip && round_trip_ > *kernel->min_round_trip + min_repetition;
    return kernel->bytes_retransmitted > 0 || late ? std::nullopt : std::optional{round_trip_};
}

bool TcpAttempt::take_queued_icmp() {
    if (!socket_.is_open()) {
        return false;
    }
    std::error_code failure;
    while (const auto queued = net::next_error(descriptor(), failure)) {
        if (queued->icmp && meaning(*queued->icmp) != IcmpMeaning::other) {
            icmp_ = queued->icmp;
            tell(TcpEvent::icmp);
            return true;
        }
    }
    if (failure) {  // what has refused cannot be told
        error_ = failure;
        tell(TcpEvent::local_error);
    }
    return static_cast<bool>(failure);
}

/// An ICMP error about a connection that goes on is in the error queue alone, and would wake us for
/// ever.
void TcpAttempt::drop_queued_errors() {
    std::error_code failure;
    while (net::next_error(descriptor(), failure)) {
    }
    if (failure) {
        error_ = failure;
        tell(TcpEvent::local_error);
    }
}

}  // namespace pt::client
