#include "server/record/source_prefixes.hpp"

#include <cstddef>

namespace pt::server {

std::vector<std::uint64_t> source_prefixes(const IpAddress& address) {
    std::uint64_t bits = 0;
    if (address.is_v4()) {
        for (const std::uint8_t byte : address.v4_bytes()) {
            bits = bits << 8U | byte;
        }
        // Beside all IPv6 networks: 0:ffff::/32 is none (RFC 4291 section 2.4).
        constexpr std::uint64_t v4 = std::uint64_t{0xFFFF} << 32U;
        return {v4 | (bits & 0xFFFFFF00U), v4 | bits};
    }
    constexpr std::size_t half = sizeof bits;
    for (std::size_t place = 0; place < half; ++place) {
        bits = bits << 8U | address.bytes()[place];
    }
    return {bits & ~std::uint64_t{0xFFFF}, bits & ~std::uint64_t{0xFF}, bits};
}

}  // namespace pt::server
