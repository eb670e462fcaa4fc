#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>

/// Handshakes that the kernel has answered or dropped without keeping them.
namespace pt::server {

/// How many there have been in this network namespace: SYN cookies sent, and SYNs dropped for want
/// of room (SyncookiesSent, TCPReqQFullDoCookies, TCPReqQFullDrop of /proc/net/netstat, which is
/// read here). Only a change means something. Nothing where the kernel does not tell.
std::optional<std::uint64_t> lost_handshakes();

/// From the text of that file: lines of names, each followed by a line of numbers.
std::optional<std::uint64_t> read_lost_handshakes(std::istream& netstat);

}  // namespace pt::server
