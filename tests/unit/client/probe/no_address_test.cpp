#include "client/probe/no_address.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "samples.hpp"

namespace pt::client {
namespace {

TEST(LacksAddress, IsSoForTwoErrors) {
    EXPECT_TRUE(lacks_address(EADDRNOTAVAIL));
    EXPECT_TRUE(lacks_address(EAFNOSUPPORT));
    EXPECT_FALSE(lacks_address(0));
    EXPECT_FALSE(lacks_address(EADDRINUSE));
    EXPECT_FALSE(lacks_address(EMFILE));
}

TEST(NoAddressReason, NamesIpv6OnlyForIpv6Targets) {
    const AddressFacts facts{net::Ipv6Problem::disabled, true};
    EXPECT_EQ(no_address_reason({}, address("2001:db8::1"), facts),
              "IPv6 is disabled on this host: sysctl net.ipv6.conf.all.disable_ipv6 is 1");
    EXPECT_EQ(no_address_reason({}, address("192.0.2.1"), facts), "");
    EXPECT_EQ(no_address_reason({}, address("2001:db8::1"), {}), "");
}

TEST(NoAddressReason, NamesASourceOnlyWhereItIsToBlame) {
    SourceSettings source;
    source.address = address("192.0.2.77");
    EXPECT_EQ(no_address_reason(source, address("192.0.2.1"), {net::Ipv6Problem::none, false}),
              "--source 192.0.2.77 is not an address of this host");
    EXPECT_EQ(no_address_reason(source, address("192.0.2.1"), {net::Ipv6Problem::none, true}), "");
    EXPECT_EQ(no_address_reason({}, address("192.0.2.1"), {net::Ipv6Problem::none, false}), "");
}

}  // namespace
}  // namespace pt::client
