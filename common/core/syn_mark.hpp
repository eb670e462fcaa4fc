#pragma once

#include <cstdint>

#include "common/core/port.hpp"

/// A SYN carries no data, so nothing in it tells to which port its sender sent it, once a device
/// on the way has rewritten the port (DNAT). The maximum segment size that it announces can: NAT
/// leaves it alone, other devices only lower it, and nothing of a probe is longer. So pt-client
/// announces one of 512 sizes, and the record of pt-server (syn_record.bpf.c) tells the SYNs that
/// were sent to a port from those that came to it from another one.
namespace pt {

/// Below what paths with encapsulation need (IPv6 guarantees packets of 1,280 bytes), and above
/// what is taken for an attack.
inline constexpr std::uint16_t min_marked_mss = 600;
inline constexpr std::uint16_t syn_marks = 512;

/// A size says 8 bits of the port. A first attempt says others than a second one, and both
/// together all 16, so that no two ports share both marks. Where a device lowers sizes, first
/// attempts are the larger ones, and lose what they say before the others do.
enum class SynMarkKind : std::uint8_t { odd_attempt, even_attempt };

/// 0 to 511.
constexpr std::uint16_t syn_mark(Port port, SynMarkKind kind) {
    constexpr unsigned values = 256;
    const unsigned low = to_number(port) % values;
    const unsigned high = to_number(port) / values;
    // Ports that share the one are usually few hundreds apart: they must not share the other.
    constexpr unsigned spread = 37;
    return static_cast<std::uint16_t>(
        kind == SynMarkKind::odd_attempt ? values + low : (high + spread * low) % values);
}

/// What the SYN of an attempt announces; 1 is the first.
constexpr std::uint16_t marked_mss(Port port, unsigned attempt) {
    const auto kind = attempt % 2 == 1 ? SynMarkKind::odd_attempt : SynMarkKind::even_attempt;
    return static_cast<std::uint16_t>(min_marked_mss + syn_mark(port, kind));
}

}  // namespace pt
