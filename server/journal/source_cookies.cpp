#include "server/journal/source_cookies.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace pt::server {
namespace {

constexpr unsigned step_bits = 24;  // of nanoseconds: 16.8 ms
constexpr unsigned mac_bits = 40;
constexpr std::uint64_t step_mask = (std::uint64_t{1} << (64 - mac_bits)) - 1;

std::array<std::uint8_t, 8> bytes_of(std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes{};
    for (auto& byte : bytes) {
        byte = static_cast<std::uint8_t>(value & 0xFFU);
        value >>= 8U;
    }
    return bytes;
}

std::uint64_t step_of(TimePoint time) {
    return static_cast<std::uint64_t>(time.time_since_epoch().count()) >> step_bits;
}

}  // namespace

SourceCookies::SourceCookies(std::uint64_t secret) : hmac_{bytes_of(secret)} {}

std::uint64_t SourceCookies::make(const IpAddress& source, std::uint64_t session,
                                  TimePoint now) const {
    return at_step(step_of(now), source, session);
}

std::optional<TimePoint> SourceCookies::read(std::uint64_t cookie, const IpAddress& source,
                                             std::uint64_t session, TimePoint now) const {
    if (cookie == 0) {
        return std::nullopt;  // none was given back
    }
    // The latest step that ends so.
    const std::uint64_t step = step_of(now) - ((step_of(now) - (cookie >> mac_bits)) & step_mask);
    const TimePoint made{Nanoseconds{static_cast<std::int64_t>(step << step_bits)}};
    const bool good = now - made <= lifetime && cookie == at_step(step, source, session);
    return good ? std::optional{made} : std::nullopt;
}

std::uint64_t SourceCookies::at_step(std::uint64_t step, const IpAddress& source,
                                     std::uint64_t session) const {
    // A text that nothing else is calculated of under this secret.
    constexpr std::array<std::uint8_t, 9> label{'p', 't', ' ', 'c', 'o', 'o', 'k', 'i', 'e'};
    const auto digest = hmac_({label, bytes_of(step), source.bytes(), bytes_of(session)});
    std::uint64_t cookie = step & step_mask;
    for (std::size_t place = 0; place < mac_bits / 8; ++place) {
        cookie = cookie << 8U | digest[place];
    }
    return cookie;
}

}  // namespace pt::server
