#include "client/options/host_range.hpp"

#include <gmock/gmock.h>

#include "client/options/targets.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Hosts = std::vector<std::string>;

Hosts hosts_of(std::string_view word) {
    EXPECT_TRUE(is_host_range(word)) << word;
    auto hosts = expand_host_range(word);
    if (!hosts) {
        ADD_FAILURE() << hosts.error().message;
        return {};
    }
    return *std::move(hosts);
}

TEST(HostRange, APrefixHasNoNetworkAndNoBroadcastAddress) {
    EXPECT_THAT(hosts_of("10.0.0.0/30"), ElementsAre("10.0.0.1", "10.0.0.2"));
    EXPECT_THAT(hosts_of("10.0.0.2/30"), ElementsAre("10.0.0.1", "10.0.0.2"));
    EXPECT_THAT(hosts_of("10.0.0.4/31"), ElementsAre("10.0.0.4", "10.0.0.5"));
    EXPECT_THAT(hosts_of("10.0.0.0/32"), ElementsAre("10.0.0.0"));
    EXPECT_THAT(hosts_of("255.255.255.252/31"), ElementsAre("255.255.255.252", "255.255.255.253"));
    const auto many = hosts_of("10.1.16.9/20");
    EXPECT_EQ(many.size(), max_hosts - 2);
    EXPECT_EQ(many.front(), "10.1.16.1");
    EXPECT_EQ(many.back(), "10.1.31.254");
}

TEST(HostRange, AnIpv6PrefixHasAllOfItsAddresses) {
    EXPECT_THAT(hosts_of("2001:db8::6/127"), ElementsAre("2001:db8::6", "2001:db8::7"));
    EXPECT_THAT(hosts_of("::1/128"), ElementsAre("::1"));
    EXPECT_EQ(hosts_of("2001:db8::/116").size(), max_hosts);
    EXPECT_EQ(hosts_of("2001:db8::/116").back(), "2001:db8::fff");
}

TEST(HostRange, ARangeHasBothEnds) {
    EXPECT_THAT(hosts_of("10.0.0.254-255"), ElementsAre("10.0.0.254", "10.0.0.255"));
    EXPECT_THAT(hosts_of("10.0.0.255-10.0.1.1"), ElementsAre("10.0.0.255", "10.0.1.0", "10.0.1.1"));
    EXPECT_THAT(hosts_of("10.0.0.7-7"), ElementsAre("10.0.0.7"));
}

TEST(HostRange, IsNoPortSpecAndNoHost) {
    for (const auto* word : {"", "tcp/443", "443/tcp", "53/28", "8000-8100", "web-1", "web/28",
                             "10.0.0.1", "10.0.0.1-web", "10.0.0.0/255.255.255.0", "::1",
                             "a-10.0.0.1", "10.0/16", "2001:db8::1-5", "/28", "10.0.0.0/"}) {
        EXPECT_FALSE(is_host_range(word)) << word;
    }
}

TEST(HostRange, AnErrorNamesTheCountAndTheRemedy) {
    struct {
        const char* word;
        const char* part;
    } const cases[] = {
        {"10.0.0.0/8", "\"10.0.0.0/8\": 16777214 hosts, but at most 4096 are allowed"},
        {"10.0.0.0/19", "prefixes of /20 or longer"},
        {"0.0.0.0/0", "4294967294 hosts"},
        {"0.0.0.0-255.255.255.255", "4294967296 hosts"},
        {"2001:db8::/64", "2^64 hosts"},
        {"2001:db8::/115", "/116 or longer"},
        {"::/0", "2^128 hosts"},
        {"10.0.0.0/33", "0 to 32"},
        {"::1/129", "0 to 128"},
        {"10.0.0.0/99999999999999999999", "0 to 32"},
        {"010.0.0.0/28", "four decimal numbers"},
        {"256.0.0.0/28", "is not an IPv4 address"},
        {"10.0.0.9-3", "ends before it begins"},
        {"10.0.0.1-256", "a last byte of up to 255"},
        {"10.0.0.1-", "a last byte"},
        {"224.0.0.0/30", "multicast"},
        {"255.255.255.254/31", "broadcast"},
        {"0.0.0.0/32", "127.0.0.1"},
        {"fe80::/127", "%eth0"},
        {"ff02::/127", "multicast"},
    };
    for (const auto& [word, part] : cases) {
        ASSERT_TRUE(is_host_range(word)) << word;
        const auto hosts = expand_host_range(word);
        ASSERT_FALSE(hosts) << word;
        EXPECT_THAT(hosts.error().message, HasSubstr(part)) << word;
    }
}

}  // namespace
}  // namespace pt::client
