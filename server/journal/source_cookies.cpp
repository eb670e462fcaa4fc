#include "server/journal/source_cookies.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace pt::server {
namespace {

std::array<std::uint8_t, 8> bytes_of(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes{};
    for (auto& byte : bytes) {
        byte = static_cast<std::uint8_t>(value & 0xFFU);
        value >>= 8U;
    }
    return bytes;
}

std::int64_t period_of(TimePoint time) { return time.time_since_epoch() / SourceCookies::lifetime; }

}  // namespace

SourceCookies::SourceCookies(std::uint64_t secret) : hmac_{bytes_of(secret)} {}

std::uint64_t SourceCookies::make(const IpAddress& source, std::uint64_t session,
                                  TimePoint now) const {
    return of_period(period_of(now), source, session);
}

bool SourceCookies::is_good(std::uint64_t cookie, const IpAddress& source, std::uint64_t session,
                            TimePoint now) const {
    const auto period = period_of(now);
    return cookie != 0 && (cookie == of_period(period, source, session) ||
                           cookie == of_period(period - 1, source, session));
}

std::uint64_t SourceCookies::of_period(std::int64_t period, const IpAddress& source,
                                       std::uint64_t session) const {
    // A text that nothing else is calculated of under this secret.
    constexpr std::array<std::uint8_t, 9> label{'p', 't', ' ', 'c', 'o', 'o', 'k', 'i', 'e'};
    const auto digest = hmac_(
        {label, bytes_of(static_cast<std::uint64_t>(period)), source.bytes(), bytes_of(session)});
    std::uint64_t cookie = 0;
    for (std::size_t place = 0; place < sizeof cookie; ++place) {
        cookie = cookie << 8U | digest[place];
    }
    return cookie == 0 ? 1 : cookie;
}

}  // namespace pt::server
