#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"
#include "common/keys/hmac_sha256.hpp"

namespace pt::server {

/// Cookies: what a reply gives and a later request of the same session gives back, which proves
/// that its source address is not made up, and tells when the session was first heard of. Nothing
/// is remembered for one: it is that time (24 bits, in steps of 17 ms), and of an HMAC-SHA-256 over
/// the time, the address and the session the first 40 bits.
class SourceCookies {
public:
    static constexpr Nanoseconds lifetime = std::chrono::minutes{4};

    /// `secret` is never told to anyone.
    explicit SourceCookies(std::uint64_t secret);

    /// In the reply to a request of the session that came now from this address, from any port.
    std::uint64_t make(const IpAddress& source, std::uint64_t session, TimePoint now) const;
    /// When the request came to which the cookie was the reply, or up to 17 ms earlier; nothing for
    /// one that was not made for these, or more than `lifetime` ago.
    std::optional<TimePoint> read(std::uint64_t cookie, const IpAddress& source,
                                  std::uint64_t session, TimePoint now) const;

private:
    std::uint64_t at_step(std::uint64_t step, const IpAddress& source, std::uint64_t session) const;

    HmacSha256 hmac_;
};

}  // namespace pt::server
