#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>

namespace pt {

/// HMAC with SHA-256 (RFC 2104) under one secret: what depends on the secret alone is calculated
/// once, and copied for each text.
///
/// The hash is libcrypto's own function. Its interface for all algorithms (EVP) would cost each
/// start of the programs, key or not, 1.3 MB and a millisecond, and each text more than twice the
/// time.
class HmacSha256 {
public:
    using Digest = std::array<std::uint8_t, 32>;

    /// Of up to 64 bytes.
    explicit HmacSha256(std::span<const std::uint8_t> secret);
    ~HmacSha256();
    HmacSha256(HmacSha256&&) noexcept;
    HmacSha256& operator=(HmacSha256&&) noexcept;
    HmacSha256(const HmacSha256&) = delete;
    HmacSha256& operator=(const HmacSha256&) = delete;

    /// Of the parts of a text, one behind the other.
    Digest operator()(std::initializer_list<std::span<const std::uint8_t>> parts) const;

private:
    struct States;
    std::unique_ptr<States> states_;
};

}  // namespace pt
