#include "common/net/local_route.hpp"

#include <gtest/gtest.h>

namespace pt::net {
namespace {

TEST(LocalDestinations, AreThoseThatTheKernelDeliversToThisHost) {
    const auto own = *IpAddress::parse("127.1.2.3");
    const auto other = *IpAddress::parse("192.0.2.255");
    EXPECT_EQ(local_destinations({own, other}, ""), std::set{own});
    EXPECT_EQ(local_destinations({}, ""), std::set<IpAddress>{});
}

}  // namespace
}  // namespace pt::net
