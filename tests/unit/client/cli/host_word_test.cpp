#include "client/options/host_word.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;

TEST(HostComplaint, HasNoneForHosts) {
    for (const auto* host : {"example.com", "example.com.", "db", "my_service", "xn--bcher-kva.de",
                             "192.0.2.1", "::1", "[::1]", "2001:db8::7", "[2001:db8::7]",
                             "fe80::1%eth0", "[fe80::1%eth0.100]", "::ffff:192.0.2.1", "::2",
                             "::192.0.2.1", "2001:db8::1:443", "https", "4you.example", "a-b"}) {
        EXPECT_EQ(host_complaint(host), "") << host;
    }
}

TEST(HostComplaint, SaysWhatWasProbablyMeant) {
    struct {
        const char* word;
        const char* part;
    } const cases[] = {
        {"", "empty"},
        {"tcp/443",
         "is a port spec, but a host is required here, for example: pt-client HOST tcp/443"},
        {"443/TCP", "is a port spec"},
        {"any/domain", "is a port spec"},
        {"443", "is a port, but a host is required here"},
        {"1-1024", "is a port, but"},
        {"22,80", "is a port, but"},
        {"https://example.com/", "is a URL"},
        {"tcp://db:5432", "a whole target needs no other host"},
        {"10.0.0.0/24", "a name or one address is allowed"},
        {"example.com:443", "as in: pt-client example.com tcp/443"},
        {"[::1]:443", "only a host is allowed here, as in: pt-client ::1 tcp/443"},
        {"localhost:443/tcp",
         "is a host with a port, but only a host is allowed here; write: "
         "pt-client localhost tcp/443"},
        {"tcp:127.0.0.1:80", "only a host is allowed here, as in: pt-client 127.0.0.1 tcp/80"},
        {"0.0.0.0:8080->80/tcp", "write: pt-client HOST tcp/8080"},
        {"80:30080", "is a pair of ports, but a host is expected here"},
        {"http://[::1]:8080/",
         "is a URL, but only a host is allowed here; write: pt-client ::1 "
         "tcp/8080"},
        {"app:s3cret@db:5432",
         "\"...@db:5432\" is not a host: no user name is allowed before it; "
         "write: pt-client db tcp/5432"},
        {"mongodb://u:p@a,b:1/x", "write: pt-client tcp://a:27017 tcp://b:1"},
        {"tcp:443", "is a port spec with \":\" for \"/\""},
        {"80:UDP", "for example: pt-client HOST tcp/443"},
        {"::1:443", "write [::1]:443"},
        {"[::1:443]", "write [::1]:443"},
        {"999.1.1.1", "is not an IPv4 address: four numbers from 0 to 255 are allowed"},
        {"1.2.3.4.5", "is not an IPv4 address"},
        {"192.0.2.1.", "is not an IPv4 address"},
        {"1.2.3.256", "is not an IPv4 address"},
        {"fe80::1", "write fe80::1%eth0"},
        {"[fe80::1]", "write fe80::1%eth0"},
        {"255.255.255.255", "is a broadcast address"},
        {"0.0.0.0 tcp/99", "holds a blank"},
        {"::g", "is not an IPv6 address"},
        {"[::1", "is not an IPv6 address"},
        {"eth0%1", "is not an IPv6 address"},
        {"0.0.0.0", "for this machine write 127.0.0.1"},
        {"[::]", "for this machine write ::1"},
        {"224.0.0.1", "is a multicast address"},
        {"ff02::1%eth0", "is a multicast address"},
        {"-x", "letters, digits"},
        {"two words", "holds a blank"},
        {"two\twords", "letters, digits"},
        {"b\xc3\xbc"
         "cher.de",
         "\"b\\xC3\\xBC"
         "cher.de\" has letters outside ASCII: write the name in its xn-- form"},
        {"010.0.0.1", "\"010.0.0.1\": write an IPv4 address as four decimal numbers"},
        {"010.0.0.1", "10.0.0.1, or 8.0.0.1 where a leading 0 means octal"},
        {"127.1", "differently: 127.0.0.1"},
        {"0x7f000001", "differently: 127.0.0.1"},
        {"2130706433", "differently: 127.0.0.1"},
        {"99999999999", "neither a host nor a port"},
        {"999999999999", "neither a host nor a port"},
        {"010.0.0.1:80", "is not a host: write an IPv4 address as four decimal"},
        {"db:99999", "ports are words of their own, as in: pt-client HOST tcp/443"},
        {"::ffff:010.0.0.1", "is not an IPv6 address: write an IPv4 address as four decimal"},
    };
    for (const auto& [word, part] : cases) {
        EXPECT_THAT(host_complaint(word), HasSubstr(part)) << word;
    }
    EXPECT_THAT(host_complaint(std::string(300, 'a')), HasSubstr("longer than 255 bytes"));
}

TEST(HostComplaint, IsOnePlainLineWhateverTheWordHolds) {
    for (const auto& word : {hostile, "x:" + hostile, "tcp/" + hostile, hostile + "://",
                             std::string("a\0b", 3), std::string(100'000, '\x1b')}) {
        const auto complaint = host_complaint(word);
        EXPECT_FALSE(complaint.empty());
        EXPECT_TRUE(is_plain_text(complaint)) << complaint;
        EXPECT_EQ(complaint.find('\n'), std::string::npos);
        EXPECT_LT(complaint.size(), 1000U);
    }
}

TEST(LiteralFamily, IsKnownForAddressesAlone) {
    EXPECT_EQ(literal_family("192.0.2.1"), net::AddressFamily::v4);
    EXPECT_EQ(literal_family("::1"), net::AddressFamily::v6);
    EXPECT_EQ(literal_family("[fe80::1%eth0]"), net::AddressFamily::v6);
    EXPECT_FALSE(literal_family("example.com"));
    EXPECT_FALSE(literal_family("[]"));
}

}  // namespace
}  // namespace pt::client
