#pragma once

#include <array>
#include <cstdint>
#include <string_view>

/// What a port is: a protocol and a number, and the range that RFC 6335 puts the number in.
/// TCP port 53 and UDP port 53 are two different ports; a number alone never stands for either.
namespace pt {

/// The values are the IP protocol numbers (IANA "Protocol Numbers"), as they travel in a frame.
enum class Protocol : std::uint8_t { tcp = 6, udp = 17 };

inline constexpr std::array all_protocols{Protocol::tcp, Protocol::udp};

/// A port number, 0 to 65,535, in host byte order. `Port{443}` makes one.
enum class Port : std::uint16_t {};

inline constexpr std::uint32_t port_count = 65'536;

constexpr std::uint16_t to_number(Port port) { return static_cast<std::uint16_t>(port); }

/// RFC 6335 section 6: system 0-1023, user 1024-49151, dynamic 49152-65535.
enum class PortRange { system, user, dynamic };

constexpr PortRange port_range(Port port) {
    constexpr std::uint16_t first_user = 1024;
    constexpr std::uint16_t first_dynamic = 49152;
    const auto value = to_number(port);
    if (value < first_user) {
        return PortRange::system;
    }
    return value < first_dynamic ? PortRange::user : PortRange::dynamic;
}

/// "tcp" or "udp".
std::string_view to_string(Protocol protocol);

/// "system", "user" or "dynamic".
std::string_view to_string(PortRange range);

}  // namespace pt
