#include "common/net/udp_packet.hpp"

#include <algorithm>
#include <cassert>

namespace pt::net {
namespace {

constexpr std::size_t v4_header_size = 20;
constexpr std::size_t v6_header_size = 40;
constexpr std::size_t udp_header_size = 8;
constexpr std::uint8_t hop_limit = 64;  // RFC 1700's default, and Linux's

/// Writes big-endian fields one after the other.
class Writer {
public:
    explicit Writer(std::span<std::uint8_t> out) : out_{out} {}

    Writer& u8(std::uint8_t value) {
        out_[at_++] = value;
        return *this;
    }
    Writer& u16(std::size_t value) {
        return u8(static_cast<std::uint8_t>(value >> 8U)).u8(static_cast<std::uint8_t>(value));
    }
    Writer& bytes(std::span<const std::uint8_t> value) {
        std::copy(value.begin(), value.end(), out_.begin() + static_cast<std::ptrdiff_t>(at_));
        at_ += value.size();
        return *this;
    }
    Writer& address(const IpAddress& address) {
        return address.is_v4() ? bytes(address.v4_bytes()) : bytes(address.bytes());
    }

private:
    std::span<std::uint8_t> out_;
    std::size_t at_ = 0;
};

/// The bytes as 16-bit words, added up, not yet folded (RFC 1071).
std::uint32_t sum(std::span<const std::uint8_t> bytes) {
    std::uint32_t total = 0;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        total += static_cast<std::uint32_t>(bytes[i] << 8U) + bytes[i + 1];
    }
    return bytes.size() % 2 == 0 ? total : total + static_cast<std::uint32_t>(bytes.back() << 8U);
}

std::uint32_t sum(const IpAddress& address) {
    return address.is_v4() ? sum(address.v4_bytes()) : sum(address.bytes());
}

std::size_t checksum(std::uint32_t total) {
    while (total > 0xFFFF) {
        total = (total & 0xFFFFU) + (total >> 16U);
    }
    // 0 means "none" in UDP, and the two are equal in ones' complement arithmetic (RFC 768).
    return total == 0xFFFF ? 0xFFFF : 0xFFFF - total;
}

void write_v4_header(Writer& out, const SocketAddress& from, const SocketAddress& to,
                     std::size_t udp_size) {
    constexpr std::uint8_t version_and_length = 0x45;
    // The kernel fills in identification and checksum (raw(7)).
    out.u8(version_and_length).u8(0).u16(v4_header_size + udp_size).u16(0).u16(0);
    out.u8(hop_limit).u8(static_cast<std::uint8_t>(Protocol::udp)).u16(0);
    out.address(from.address).address(to.address);
}

void write_v6_header(Writer& out, const SocketAddress& from, const SocketAddress& to,
                     std::size_t udp_size) {
    constexpr std::size_t version = 0x6000;
    out.u16(version).u16(0).u16(udp_size);
    out.u8(static_cast<std::uint8_t>(Protocol::udp)).u8(hop_limit);
    out.address(from.address).address(to.address);
}

}  // namespace

std::size_t write_udp_packet(std::span<std::uint8_t> out, const SocketAddress& from,
                             const SocketAddress& to, std::span<const std::uint8_t> payload) {
    assert(from.address.is_v4() == to.address.is_v4());
    assert(out.size() >= max_udp_headers_size + payload.size());
    const std::size_t udp_size = udp_header_size + payload.size();
    Writer writer{out};
    if (from.address.is_v4()) {
        write_v4_header(writer, from, to, udp_size);
    } else {
        write_v6_header(writer, from, to, udp_size);
    }
    const std::size_t headers = from.address.is_v4() ? v4_header_size : v6_header_size;
    writer.u16(to_number(from.port)).u16(to_number(to.port)).u16(udp_size).u16(0).bytes(payload);

    const auto udp = out.subspan(headers, udp_size);
    // The pseudo-header (RFC 768, RFC 8200 section 8.1).
    const std::uint32_t pseudo = sum(from.address) + sum(to.address) +
                                 static_cast<std::uint32_t>(Protocol::udp) +
                                 static_cast<std::uint32_t>(udp_size);
    constexpr std::size_t checksum_at = 6;
    Writer{udp.subspan(checksum_at)}.u16(checksum(pseudo + sum(udp)));
    return headers + udp_size;
}

}  // namespace pt::net
