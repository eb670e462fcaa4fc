#pragma once

#include <chrono>
#include <cstdint>

#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"
#include "common/keys/hmac_sha256.hpp"

namespace pt::server {

/// Cookies: what a reply gives and a later request of the same session gives back, which proves
/// that its source address is not made up. Nothing is remembered for one: it is the first 8 bytes
/// of an HMAC-SHA-256 over the address, the session and the time at which it was made, to
/// `lifetime`.
class SourceCookies {
public:
    /// One is good for this long at least, and for twice as long at most.
    static constexpr Nanoseconds lifetime = std::chrono::minutes{2};

    /// `secret` is never told to anyone.
    explicit SourceCookies(std::uint64_t secret);

    /// For requests of the session that come from this address, from any port; never 0.
    std::uint64_t make(const IpAddress& source, std::uint64_t session, TimePoint now) const;
    /// Whether it was made for these, and not too long ago.
    bool is_good(std::uint64_t cookie, const IpAddress& source, std::uint64_t session,
                 TimePoint now) const;

private:
    std::uint64_t of_period(std::int64_t period, const IpAddress& source,
                            std::uint64_t session) const;

    HmacSha256 hmac_;
};

}  // namespace pt::server
