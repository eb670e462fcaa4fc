#pragma once

#include <cstdint>

namespace pt::server {

/// Spreads 64 bits over 64 bits (the finaliser of MurmurHash3, public domain): every bit of the
/// result depends on every bit of the value. With a secret XORed in before, nobody can choose what
/// comes out.
constexpr std::uint64_t mix(std::uint64_t value) {
    value ^= value >> 33U;
    value *= 0xFF51AFD7ED558CCDU;
    value ^= value >> 33U;
    value *= 0xC4CEB9FE1A85EC53U;
    value ^= value >> 33U;
    return value;
}

}  // namespace pt::server
