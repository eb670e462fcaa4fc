#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <span>
#include <string_view>

/// What the kernel counts of TCP in this network namespace, both families together. Only a change
/// means something. Nothing where the kernel does not tell.
namespace pt::server {

/// Handshakes that the kernel has answered or dropped without keeping them: SYN cookies sent, and
/// SYNs dropped for want of room (SyncookiesSent, TCPReqQFullDoCookies, TCPReqQFullDrop of
/// /proc/net/netstat).
std::optional<std::uint64_t> lost_handshakes();

/// Handshakes that ended before they were complete, or could not begin: by a reset, for want of a
/// route back or of room (EmbryonicRsts and ListenDrops of /proc/net/netstat). Of each of these the
/// listener has a count too.
std::optional<std::uint64_t> ended_handshakes();

/// Segments of any kind that have come (InSegs of /proc/net/snmp).
std::optional<std::uint64_t> received_segments();

/// The sum of the counters of these names, from the text of such a file: lines of names, each
/// followed by a line of numbers. Nothing where it has none of them.
std::optional<std::uint64_t> sum_counters(std::istream& text,
                                          std::span<const std::string_view> names);

}  // namespace pt::server
