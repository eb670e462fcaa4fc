#pragma once

#include <cstddef>
#include <cstdint>

namespace pt::client {

/// Which probe of an engine: its place in the engine's list (ProbeList), from 0. Not to be taken
/// for its number in the scan (ProbeNumber).
enum class Slot : std::uint32_t {};

constexpr std::size_t to_index(Slot slot) { return static_cast<std::size_t>(slot); }
constexpr Slot slot_at(std::size_t index) { return Slot{static_cast<std::uint32_t>(index)}; }

}  // namespace pt::client
