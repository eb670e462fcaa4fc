#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pt {

/// By the clock on the wall, which both ends are expected to have set.
using WallTime = std::chrono::sys_seconds;

/// Bytes that are overwritten when they are not needed any more.
class Secret {
public:
    static constexpr std::size_t size = 32;
    using Bytes = std::array<std::uint8_t, size>;

    Secret() = default;
    explicit Secret(const Bytes& bytes) : bytes_{bytes} {}
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret();

    const Bytes& bytes() const { return bytes_; }
    friend bool operator==(const Secret& one, const Secret& other);

private:
    Bytes bytes_{};
};

/// What both ends hold: whoever has the secret can make frames that the other end takes for
/// genuine.
struct Key {
    Secret secret;
    /// Follows from the secret (`key_id`), so that the two ends never name two keys alike.
    std::uint32_t id = 0;
    std::optional<WallTime> from;   ///< not valid before
    std::optional<WallTime> until;  ///< not valid from then on

    bool valid_at(WallTime now) const;
};

/// A key with no limits in time.
Key make_key(const Secret& secret);

/// 32 bytes from the kernel. Throws std::system_error where it gives none.
Secret draw_secret();

/// Bytes that follow from a secret for one purpose, and tell nothing of it or of those for other
/// purposes: HKDF with SHA-256 (RFC 5869), no salt, `purpose` as its info.
Secret derive(const Secret& secret, std::string_view purpose);

}  // namespace pt
