#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace pt {

/// Reads an unsigned number in network byte order. `bytes` must reach that far.
template <std::unsigned_integral T>
constexpr T load(std::span<const std::uint8_t> bytes, std::size_t offset) {
    T value = 0;
    for (const std::uint8_t byte : bytes.subspan(offset, sizeof(T))) {
        value = static_cast<T>((std::uint64_t{value} << 8U) | byte);
    }
    return value;
}

/// Writes an unsigned number in network byte order. `bytes` must reach that far.
template <std::unsigned_integral T>
constexpr void store(std::span<std::uint8_t> bytes, std::size_t offset, T value) {
    for (std::size_t i = sizeof(T); i-- > 0;) {
        bytes[offset + i] = static_cast<std::uint8_t>(value);
        value = static_cast<T>(std::uint64_t{value} >> 8U);
    }
}

}  // namespace pt
