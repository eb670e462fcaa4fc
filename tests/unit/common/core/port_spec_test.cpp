#include "common/core/port_spec.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <string_view>

#include "read_spec.hpp"

namespace pt {
namespace {

using std::string_view_literals::operator""sv;
using test::read;

TEST(PortSpec, EveryForm) {
    struct {
        std::string_view text, ports;
    } const cases[] = {
        // a number
        {"443", "tcp/443"},
        {"tcp/443", "tcp/443"},
        {"443/tcp", "tcp/443"},
        {"udp/53", "udp/53"},
        {"53/udp", "udp/53"},
        {"any/53", "tcp/53 udp/53"},
        {"53/any", "tcp/53 udp/53"},
        {"1", "tcp/1"},
        {"65535", "tcp/65535"},
        {"tcp/00080", "tcp/80"},
        // letters of either case
        {"TCP/443", "tcp/443"},
        {"443/Udp", "udp/443"},
        {"ANY/7", "tcp/7 udp/7"},
        // ranges and lists
        {"8000-8100", "tcp/8000-8100"},
        {"udp/1-65535", "udp/1-65535"},
        {"7-7", "tcp/7"},
        {"tcp/22,80,8000-8100", "tcp/22,80,8000-8100"},
        {"22,80,8000-8100/udp", "udp/22,80,8000-8100"},
        {"any/1-2,4", "tcp/1-2,4 udp/1-2,4"},
        {"80,79,81", "tcp/79-81"},
        {"80,80,80", "tcp/80"},
        {"1-100,50-150", "tcp/1-150"},
        // several protocols
        {"tcp/443,udp/53", "tcp/443 udp/53"},
        {"tcp/22,80,udp/53,123,any/7", "tcp/7,22,80 udp/7,53,123"},
        {"53/udp,443/tcp", "tcp/443 udp/53"},
        // all
        {"all", "tcp/1-65535"},
        {"tcp/all", "tcp/1-65535"},
        {"ALL/udp", "udp/1-65535"},
        {"any/all", "tcp/1-65535 udp/1-65535"},
        {"any/53,all", "tcp/1-65535 udp/1-65535"},
        // service names
        {"https", "tcp/443"},
        {"HTTPS", "tcp/443"},
        {"tcp/https", "tcp/443"},
        {"https/udp", "udp/443"},
        {"any/domain", "tcp/53 udp/53"},
        {"domain,https", "tcp/53,443"},
        {"ntp,SNMP,tftp,radius,ike,syslog", "udp/69,123,161,500,514,1812"},
        {"tcp/ntp", "tcp/123"},
        {"any/ntp", "tcp/123 udp/123"},
        {"ssh,http,8080", "tcp/22,80,8080"},
        {"ms-wbt-server", "tcp/3389"},
        {"tcp/ftp-data,ftp", "tcp/20-21"},
        {"802-11-iapp", "tcp/3517"},
        // a name that is registered for one protocol takes that one, others in the list do not
        {"syslog", "udp/514"},
        {"udp/syslog", "udp/514"},
        {"any/syslog", "tcp/514 udp/514"},
        {"any/shell", "tcp/514"},
        {"syslog,22", "tcp/22 udp/514"},
        // what people say instead
        {"dns", "tcp/53"},
        {"udp/dns", "udp/53"},
        {"rdp", "tcp/3389"},
    };
    for (const auto& [text, ports] : cases) {
        EXPECT_EQ(read(text), ports) << text;
        EXPECT_EQ(read(text, PortZero::allowed), ports) << text;
    }
}

TEST(PortSpec, PortZeroIsForServersThatLetTheKernelChoose) {
    EXPECT_EQ(read("tcp/0", PortZero::allowed), "tcp/0");
    EXPECT_EQ(read("any/0", PortZero::allowed), "tcp/0 udp/0");
    EXPECT_EQ(read("0,1-9", PortZero::allowed), "tcp/0,1-9");
    EXPECT_EQ(read("all", PortZero::allowed), "tcp/1-65535") << "all never means 0";
    EXPECT_TRUE(read("0-9", PortZero::allowed).starts_with("@0 port 0 is reserved"));
    EXPECT_TRUE(read("9-0", PortZero::allowed).starts_with("@2 port 0 is reserved"));
}

TEST(PortSpec, LongListsAreRead) {
    std::string odd = "1";
    for (int port = 3; port <= 65'535; port += 2) {
        odd += ',' + std::to_string(port);
    }
    const auto result = parse_port_spec("any/" + odd);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->size(), 65'536U);
    EXPECT_EQ(result->ranges().size(), 65'536U);
}

TEST(PortSpec, WhatASetPrintsReadsBackToIt) {
    for (const auto text :
         {"any/all"sv, "22,80-90,443"sv, "any/1-2,4,65535"sv, "syslog,22"sv, "any/0,1,3"sv}) {
        const auto set = parse_port_spec(text, PortZero::allowed);
        ASSERT_TRUE(set) << text;
        PortSet read_back;
        std::istringstream words{set->to_string()};
        for (std::string word; words >> word;) {
            const auto part = parse_port_spec(word, PortZero::allowed);
            ASSERT_TRUE(part) << word;
            read_back.insert(*part);
        }
        EXPECT_EQ(read_back, *set) << text;
    }
}

}  // namespace
}  // namespace pt
