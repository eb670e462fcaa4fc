#include "common/core/endpoint.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pt {
namespace {

using std::string_view_literals::operator""sv;

IpAddress address(std::string_view text) {
    const auto parsed = IpAddress::parse(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(IpAddress{});
}

TEST(IpAddress, PrintsWhatItReadsInItsCanonicalForm) {
    struct {
        std::string_view text;
        std::string_view printed;
    } const cases[] = {
        {"192.0.2.1", "192.0.2.1"},
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"::1", "::1"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"fe80::1%2", "fe80::1%2"},
        {"fe80::1%4294967295", "fe80::1%4294967295"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"64:ff9b::192.0.2.1", "64:ff9b::c000:201"},
    };
    for (const auto& [text, printed] : cases) {
        const IpAddress read = address(text);
        EXPECT_EQ(read.to_string(), printed);
        EXPECT_EQ(address(read.to_string()), read) << text;
    }
}

TEST(IpAddress, RefusesWhatIsNoAddress) {
    for (const auto text : {""sv,
                            " "sv,
                            "192.0.2"sv,
                            "192.0.2.1."sv,
                            "192.0.2.256"sv,
                            "192.0.2.01"sv,
                            "0x7f.1"sv,
                            "192.0.2.1 "sv,
                            " 192.0.2.1"sv,
                            "192.0.2.1%1"sv,
                            "::ffff:192.0.2.1%1"sv,
                            "[::1]"sv,
                            ":"sv,
                            ":::"sv,
                            "1::2::3"sv,
                            "12345::"sv,
                            "fe80::1%"sv,
                            "fe80::1%0"sv,
                            "fe80::1%eth0"sv,
                            "fe80::1%-1"sv,
                            "fe80::1%4294967296"sv,
                            "fe80::1%2%3"sv,
                            "localhost"sv,
                            "192.0.2.1\0"sv,
                            "192.0.2.1\0.5"sv,
                            "::1\0"sv,
                            "\0"sv}) {
        EXPECT_FALSE(IpAddress::parse(text)) << text;
    }
    EXPECT_FALSE(IpAddress::parse(std::string(100'000, '1')));
}

TEST(IpAddress, KnowsItsKind) {
    struct {
        std::string_view text;
        bool v4, multicast, loopback, unspecified, link_local_v6;
    } const cases[] = {
        {"192.0.2.1", true, false, false, false, false},
        {"223.255.255.255", true, false, false, false, false},
        {"224.0.0.1", true, true, false, false, false},
        {"239.255.255.255", true, true, false, false, false},
        {"240.0.0.1", true, false, false, false, false},
        {"127.0.0.1", true, false, true, false, false},
        {"127.255.255.254", true, false, true, false, false},
        {"128.0.0.1", true, false, false, false, false},
        {"0.0.0.0", true, false, false, true, false},
        {"169.254.1.1", true, false, false, false, false},
        {"::", false, false, false, true, false},
        {"::1", false, false, true, false, false},
        {"::2", false, false, false, false, false},
        {"ff02::1", false, true, false, false, false},
        {"fe00::1", false, false, false, false, false},
        {"fe80::1", false, false, false, false, true},
        {"fe80::1%3", false, false, false, false, true},
        {"febf:ffff::1", false, false, false, false, true},
        {"fec0::1", false, false, false, false, false},
        {"2001:db8::1", false, false, false, false, false},
    };
    for (const auto& each : cases) {
        const IpAddress read = address(each.text);
        EXPECT_EQ(read.is_v4(), each.v4) << each.text;
        EXPECT_EQ(read.is_multicast(), each.multicast) << each.text;
        EXPECT_EQ(read.is_loopback(), each.loopback) << each.text;
        EXPECT_EQ(read.is_unspecified(), each.unspecified) << each.text;
        EXPECT_EQ(read.is_link_local_v6(), each.link_local_v6) << each.text;
    }
    EXPECT_TRUE(IpAddress{}.is_unspecified()) << "a default-made address means: not known";
}

TEST(IpAddress, KeepsIpv4AddressesMapped) {
    const IpAddress v4{IpAddress::V4Bytes{192, 0, 2, 7}};
    EXPECT_EQ(v4, address("192.0.2.7"));
    EXPECT_EQ(v4, address("::ffff:192.0.2.7"));
    EXPECT_EQ(v4.v4_bytes(), (IpAddress::V4Bytes{192, 0, 2, 7}));
    EXPECT_EQ(v4.bytes(), (IpAddress::Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 192, 0, 2, 7}));
    EXPECT_NE(v4, address("::192.0.2.7"));
}

TEST(IpAddress, ZonesTellLinkLocalAddressesApart) {
    EXPECT_NE(address("fe80::1%1"), address("fe80::1%2"));
    EXPECT_EQ(address("fe80::1%2").scope(), 2U);
    EXPECT_EQ(address("fe80::1").scope(), 0U);
}

TEST(Endpoint, IsPrintedWithProtocolAddressAndPort) {
    EXPECT_EQ((SocketAddress{address("192.0.2.7"), Port{443}}.to_string()), "192.0.2.7:443");
    EXPECT_EQ((SocketAddress{address("2001:db8::7"), Port{65535}}.to_string()),
              "[2001:db8::7]:65535");
    EXPECT_EQ((SocketAddress{address("fe80::7%2"), Port{0}}.to_string()), "[fe80::7%2]:0");
    EXPECT_EQ((Endpoint{Protocol::udp, address("192.0.2.7"), Port{53}}.to_string()),
              "udp 192.0.2.7:53");
}

TEST(Endpoint, TcpAndUdpOfOneNumberAreTwoPorts) {
    const Endpoint tcp{Protocol::tcp, address("192.0.2.7"), Port{53}};
    const Endpoint udp{Protocol::udp, address("192.0.2.7"), Port{53}};
    EXPECT_NE(tcp, udp);
    EXPECT_EQ(tcp.socket_address(), udp.socket_address());
    EXPECT_NE(tcp.to_string(), udp.to_string());
}

TEST(Port, RangesAreThoseOfRfc6335) {
    EXPECT_EQ(port_range(Port{0}), PortRange::system);
    EXPECT_EQ(port_range(Port{1023}), PortRange::system);
    EXPECT_EQ(port_range(Port{1024}), PortRange::user);
    EXPECT_EQ(port_range(Port{49151}), PortRange::user);
    EXPECT_EQ(port_range(Port{49152}), PortRange::dynamic);
    EXPECT_EQ(port_range(Port{65535}), PortRange::dynamic);
    EXPECT_EQ(to_string(PortRange::system), "system");
    EXPECT_EQ(to_string(PortRange::user), "user");
    EXPECT_EQ(to_string(PortRange::dynamic), "dynamic");
    EXPECT_EQ(to_string(Protocol::tcp), "tcp");
    EXPECT_EQ(to_string(Protocol::udp), "udp");
}

}  // namespace
}  // namespace pt
