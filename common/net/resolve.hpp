#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "common/core/endpoint.hpp"

namespace pt::net {

enum class AddressFamily { any, v4, v6 };

/// Addresses in the resolver's order (RFC 6724), or why there are none: `error` is "" on success,
/// else a sentence such as "Name or service not known".
struct Resolution {
    std::vector<IpAddress> addresses;
    std::string error;
};

/// At most this many addresses of one name are kept: DNS answers are not trusted for a length.
inline constexpr std::size_t max_addresses = 64;

/// Looks a host name up; numeric addresses (IPv6 with zone as "%eth0" too, with and without
/// brackets) are read at once, without a thread. `done` is called once, from `context`, at the
/// latest after `timeout`, whatever the system's resolver does: it works in a detached thread that
/// nothing waits for.
void async_resolve(boost::asio::io_context& context, const std::string& host, AddressFamily family,
                   std::chrono::milliseconds timeout, std::function<void(Resolution)> done);

/// A numeric address as a person types it: "[::1]", "fe80::1%eth0", "192.0.2.1".
std::optional<IpAddress> parse_numeric_host(const std::string& host);

}  // namespace pt::net
