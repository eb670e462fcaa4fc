// Whole UDP packets: fields, and checksums that a receiver accepts.
#include "common/net/udp_packet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace pt::net {
namespace {

using Bytes = std::vector<std::uint8_t>;

const SocketAddress v4_server{*IpAddress::parse("192.0.2.7"), Port{53}};
const SocketAddress v4_client{*IpAddress::parse("198.51.100.9"), Port{40001}};
const SocketAddress v6_server{*IpAddress::parse("2001:db8::7"), Port{65535}};
const SocketAddress v6_client{*IpAddress::parse("2001:db8:1::ffff"), Port{1}};

Bytes packet(const SocketAddress& from, const SocketAddress& to, const Bytes& payload) {
    Bytes out(max_udp_headers_size + payload.size(), 0xEE);
    out.resize(write_udp_packet(out, from, to, payload));
    return out;
}

std::uint32_t words(const std::uint8_t* begin, std::size_t size) {
    std::uint32_t total = 0;
    for (std::size_t i = 0; i < size; ++i) {
        total += i % 2 == 0 ? static_cast<std::uint32_t>(begin[i]) << 8U : begin[i];
    }
    return total;
}

/// As a receiver checks it: everything with the checksum adds up to all ones (RFC 1071).
bool adds_up(const Bytes& packet, std::size_t header_size, std::size_t addresses_at,
             std::size_t addresses_size) {
    const std::size_t udp_size = packet.size() - header_size;
    std::uint32_t total = words(packet.data() + addresses_at, addresses_size) +
                          words(packet.data() + header_size, udp_size) + 17 +
                          static_cast<std::uint32_t>(udp_size);
    while (total > 0xFFFF) {
        total = (total & 0xFFFFU) + (total >> 16U);
    }
    return total == 0xFFFF;
}

TEST(UdpPacketTest, V4Fields) {
    const auto bytes = packet(v4_server, v4_client, {1, 2, 3});
    const Bytes expected{0x45, 0,    0, 31, 0,         0,         0,  0,   64, 17, 0,
                         0,    192,  0, 2,  7,         198,       51, 100, 9,  0,  53,
                         0x9C, 0x41, 0, 11, bytes[26], bytes[27], 1,  2,   3};
    EXPECT_EQ(bytes, expected);
    EXPECT_TRUE(adds_up(bytes, 20, 12, 8));
}

TEST(UdpPacketTest, V6Fields) {
    const auto bytes = packet(v6_server, v6_client, {1, 2});
    ASSERT_EQ(bytes.size(), 50U);
    const Bytes begin{0x60, 0, 0, 0, 0, 10, 17, 64};
    EXPECT_TRUE(std::equal(begin.begin(), begin.end(), bytes.begin()));
    EXPECT_TRUE(std::equal(v6_server.address.bytes().begin(), v6_server.address.bytes().end(),
                           bytes.begin() + 8));
    EXPECT_TRUE(std::equal(v6_client.address.bytes().begin(), v6_client.address.bytes().end(),
                           bytes.begin() + 24));
    const Bytes udp{0xFF, 0xFF, 0, 1, 0, 10, bytes[46], bytes[47], 1, 2};
    EXPECT_TRUE(std::equal(udp.begin(), udp.end(), bytes.begin() + 40));
    EXPECT_TRUE(adds_up(bytes, 40, 8, 32));
}

TEST(UdpPacketTest, TheChecksumHoldsForEverySizeAndNeverSaysNone) {
    for (std::size_t size = 0; size < 200; ++size) {
        const Bytes payload(size, static_cast<std::uint8_t>(size * 37));
        const auto v4 = packet(v4_server, v4_client, payload);
        const auto v6 = packet(v6_server, v6_client, payload);
        EXPECT_TRUE(adds_up(v4, 20, 12, 8)) << size;
        EXPECT_TRUE(adds_up(v6, 40, 8, 32)) << size;
    }
    // Among all values of one word there is one whose checksum is 0, which is sent as all ones.
    bool seen = false;
    for (unsigned value = 0; value <= 0xFFFF; ++value) {
        const auto bytes =
            packet(v4_server, v4_client,
                   {static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)});
        ASSERT_FALSE(bytes[26] == 0 && bytes[27] == 0) << value;
        seen = seen || (bytes[26] == 0xFF && bytes[27] == 0xFF);
    }
    EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace pt::net
