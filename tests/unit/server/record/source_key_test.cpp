#include "server/record/source_key.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace pt::server {
namespace {

const IpAddress v4 = *IpAddress::parse("192.0.2.1");
const IpAddress v6 = *IpAddress::parse("2001:db8::1");
const IpAddress local = *IpAddress::parse("192.0.2.9");

TEST(SourceKey, TellsPeersAndLocalAddressesApart) {
    const SourceKeys keys{7};
    const std::set<SourceKey> all{keys.key(v4, local), keys.key(local, v4), keys.key(v6, local),
                                  keys.key(v4, v4), SourceKeys{8}.key(v4, local)};
    EXPECT_EQ(all.size(), 5U);
    EXPECT_FALSE(all.contains(0));
}

TEST(SourceKey, KnowsAPeerWhateverItSentTo) {
    const SourceKeys keys{7};
    const std::array ours{keys.key(v6, v6), keys.key(v4, local)};
    EXPECT_TRUE(matches_any(ours, keys.key(v4, local), KeyMatch::source));
    EXPECT_FALSE(matches_any(ours, keys.key(v4, v6), KeyMatch::source));
    EXPECT_TRUE(matches_any(ours, keys.key(v4, v6), KeyMatch::peer));
    EXPECT_FALSE(matches_any(ours, keys.key(local, local), KeyMatch::peer));
}

TEST(SourceKey, TheZoneOfALinkLocalAddressMakesNoDifference) {
    const SourceKeys keys{7};
    const IpAddress plain = *IpAddress::parse("fe80::1");
    EXPECT_EQ(keys.key(IpAddress{plain.bytes(), 3}, local), keys.key(plain, local));
}

}  // namespace
}  // namespace pt::server
