#include "common/core/ipv4_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pt {
namespace {

std::string readings(std::string_view text) {
    std::string all;
    for (const auto& address : other_ipv4_readings(text)) {
        all += (all.empty() ? "" : " ") + address.to_string();
    }
    return all;
}

TEST(OtherIpv4Readings, AreThoseOfAmbiguousForms) {
    struct {
        std::string_view text, meanings;
    } const cases[] = {
        {"010.0.0.1", "10.0.0.1 8.0.0.1"},
        {"192.168.001.010", "192.168.1.10 192.168.1.8"},
        {"10.0.0.08", "10.0.0.8"},
        {"10.0.0.01", "10.0.0.1"},
        {"00.0.0.0", "0.0.0.0"},
        {"0x7f.0.0.1", "127.0.0.1"},
        {"0X7F.1", "127.0.0.1"},
        {"0x7f000001", "127.0.0.1"},
        {"127.1", "127.0.0.1"},
        {"10.1.513", "10.1.2.1"},
        {"10.0x10001", "10.1.0.1"},
        {"2130706433", "127.0.0.1"},
        {"4294967295", "255.255.255.255"},
        {"017700000001", "127.0.0.1"},
    };
    for (const auto& [text, meanings] : cases) {
        EXPECT_EQ(readings(text), meanings) << text;
        EXPECT_FALSE(other_ipv4_remedy(text).empty()) << text;
    }
}

TEST(OtherIpv4Readings, AreNoneOfWhatIsClearOrNoAddress) {
    for (const std::string_view text :
         {"192.0.2.1", "::1",          "::ffff:192.0.2.1", "db",         "db.example", "1.2.3.256",
          "256.1.1.1", "1.2.3.4.5",    "1.2.3.",           ".1",         "",           ".",
          "0x",        "0xg",          "1.0x1000000",      "4294967296", "-1",         "+1.1",
          "1e3",       "4you.example", "0x7f.example",     "1 .1",       "127.0.0.1 "}) {
        EXPECT_EQ(readings(text), "") << text;
        EXPECT_EQ(other_ipv4_remedy(text), "") << text;
    }
}

TEST(OtherIpv4Remedy, NamesEveryReading) {
    EXPECT_EQ(other_ipv4_remedy("010.0.0.1"),
              "write an IPv4 address as four decimal numbers without leading zeros, since programs "
              "read other forms differently: 10.0.0.1, or 8.0.0.1 where a leading 0 means octal");
    EXPECT_TRUE(other_ipv4_remedy("127.1").ends_with("differently: 127.0.0.1"));
}

}  // namespace
}  // namespace pt
