#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/core/endpoint.hpp"

namespace pt::net {

/// IPv6 header (40 bytes, the larger one) and UDP header.
inline constexpr std::size_t max_udp_headers_size = 40 + 8;

/// Writes a whole UDP packet with its IP header (RFC 791 or RFC 8200, RFC 768) for a raw socket of
/// IPPROTO_RAW, which lets the source port be any (raw(7)). `from` and `to` are of one family.
/// `out` holds at least max_udp_headers_size more than the payload. Returns the packet's size.
std::size_t write_udp_packet(std::span<std::uint8_t> out, const SocketAddress& from,
                             const SocketAddress& to, std::span<const std::uint8_t> payload);

}  // namespace pt::net
