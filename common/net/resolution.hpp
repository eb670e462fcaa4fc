#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/core/endpoint.hpp"

/// What a host's name stands for: plain values, for those that do not look it up.
namespace pt::net {

enum class AddressFamily { any, v4, v6 };

inline AddressFamily address_family(const IpAddress& address) {
    return address.is_v4() ? AddressFamily::v4 : AddressFamily::v6;
}

/// Addresses in the resolver's order (RFC 6724), or why there are none: `error` is "" on success,
/// else a sentence such as "Name or service not known".
struct Resolution {
    std::vector<IpAddress> addresses;
    std::string error;
};

/// At most this many addresses of one name are kept: DNS answers are not trusted for a length.
inline constexpr std::size_t max_addresses = 64;

/// A numeric address as a person types it: "[::1]", "fe80::1%eth0", "192.0.2.1".
std::optional<IpAddress> parse_numeric_host(const std::string& host);

}  // namespace pt::net
