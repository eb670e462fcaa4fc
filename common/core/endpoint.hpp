#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/port.hpp"

/// Addresses as plain values: no socket types, nothing looked up.
namespace pt {

/// An IPv4 or IPv6 address, always kept as 16 bytes in network order; an IPv4 address is kept
/// IPv4-mapped (RFC 4291 section 2.5.5.2), which is also how it travels in a frame.
/// A default-made address is the IPv6 unspecified address `::` and means "not known".
class IpAddress {
public:
    using Bytes = std::array<std::uint8_t, 16>;
    using V4Bytes = std::array<std::uint8_t, 4>;

    constexpr IpAddress() = default;
    /// `scope` is the zone of a link-local address (RFC 4007) as an interface index, else 0.
    explicit constexpr IpAddress(const Bytes& bytes, std::uint32_t scope = 0)
        : bytes_{bytes}, scope_{scope} {}
    explicit IpAddress(const V4Bytes& bytes);

    /// Reads "192.0.2.1", "2001:db8::1" or "fe80::1%2" (zone as a number); no brackets, no names.
    static std::optional<IpAddress> parse(std::string_view text);

    bool is_v4() const;
    bool is_multicast() const;
    bool is_loopback() const;
    /// True for `::` and for 0.0.0.0.
    bool is_unspecified() const;
    bool is_link_local_v6() const;

    const Bytes& bytes() const { return bytes_; }
    /// Only for IPv4 addresses.
    V4Bytes v4_bytes() const;
    std::uint32_t scope() const { return scope_; }

    std::string to_string() const;

    friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

private:
    Bytes bytes_{};
    std::uint32_t scope_ = 0;
};

/// An address and a port, without the protocol: what one end of a packet carries.
struct SocketAddress {
    IpAddress address;
    Port port{};

    /// "192.0.2.7:443", "[2001:db8::7]:443".
    std::string to_string() const;
    /// Reads what `to_string` writes, and nothing else.
    static std::optional<SocketAddress> parse(std::string_view text);
    friend auto operator<=>(const SocketAddress&, const SocketAddress&) = default;
};

/// One protocol, address and port after resolution: what a probe asks about.
struct Endpoint {
    Protocol protocol = Protocol::tcp;
    IpAddress address;
    Port port{};

    SocketAddress socket_address() const { return {address, port}; }
    /// "tcp 192.0.2.7:443".
    std::string to_string() const;
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace pt
