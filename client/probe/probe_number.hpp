#pragma once

#include <cstdint>

#include "client/pace/slot.hpp"

namespace pt::client {

/// Which probe of a scan. The sequence in its frames is the same number (common/core/frame.hpp).
/// Further frames and queries take their sequences from the same counter: there are gaps.
enum class ProbeNumber : std::uint32_t {};

constexpr std::uint32_t to_sequence(ProbeNumber number) {
    return static_cast<std::uint32_t>(number);
}

/// Engines number their probes without gaps, from the number of their first one.
constexpr ProbeNumber number_at(ProbeNumber first, Slot slot) {
    return ProbeNumber{to_sequence(first) + static_cast<std::uint32_t>(slot)};
}

constexpr Slot slot_of(ProbeNumber first, ProbeNumber number) {
    return Slot{to_sequence(number) - to_sequence(first)};
}

}  // namespace pt::client
