#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <system_error>

#include "common/core/frame.hpp"
#include "common/core/icmp_error.hpp"

/// The kernel's error queue (ip(7), IP_RECVERR; ipv6(7), IPV6_RECVERR), read with MSG_ERRQUEUE.
/// For TCP it tells the ICMP error behind a failed connect since Linux 5.9.
namespace pt::net {

/// Asks the kernel to keep ICMP errors for this socket. `family` is AF_INET or AF_INET6.
std::error_code enable_error_queue(int descriptor, int family);

/// One queued error.
struct QueuedError {
    /// Set where the error came by ICMP; else the error arose on this machine.
    std::optional<IcmpError> icmp;
    int error = 0;              ///< errno as the kernel translates it
    SocketAddress destination;  ///< where the packet that caused it was going (UDP)
    /// UDP: as much of our payload as was quoted.
    std::array<std::uint8_t, frame_header_size> quote{};
    std::size_t quote_size = 0;
    std::span<const std::uint8_t> quoted_payload() const { return {quote.data(), quote_size}; }
};

/// The next error, or nothing: the queue is empty, or `failure` says why it cannot be read, and a
/// wait for the socket ends at once then. Never blocks.
std::optional<QueuedError> next_error(int descriptor, std::error_code& failure);

}  // namespace pt::net
