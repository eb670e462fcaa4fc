#include "server/journal/source_cookies.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
const IpAddress source = *IpAddress::parse("192.0.2.1");
const IpAddress other = *IpAddress::parse("192.0.2.2");
const IpAddress v6 = *IpAddress::parse("2001:db8::1");

TEST(SourceCookies, AreGoodForTheAddressAndTheSessionThatTheyWereMadeFor) {
    const SourceCookies cookies{1};
    for (const IpAddress& address : {source, v6}) {
        const auto cookie = cookies.make(address, 7, start);
        EXPECT_TRUE(cookies.is_good(cookie, address, 7, start));
        EXPECT_FALSE(cookies.is_good(cookie, other, 7, start));
        EXPECT_FALSE(cookies.is_good(cookie, address, 8, start));
        EXPECT_FALSE(cookies.is_good(cookie + 1, address, 7, start));
        EXPECT_FALSE(SourceCookies{2}.is_good(cookie, address, 7, start)) << "another secret";
    }
    EXPECT_FALSE(cookies.is_good(0, source, 7, start)) << "none was given back";
}

TEST(SourceCookies, AreGoodForTheirLifetimeAndNotForTwice) {
    const SourceCookies cookies{1};
    for (const Nanoseconds made : {0s, 1s, 119s, 120s, 121s}) {
        const auto cookie = cookies.make(source, 7, start + made);
        const auto good_after = [&](Nanoseconds time) {
            return cookies.is_good(cookie, source, 7, start + made + time);
        };
        EXPECT_TRUE(good_after(SourceCookies::lifetime)) << made.count();
        EXPECT_FALSE(good_after(2 * SourceCookies::lifetime)) << made.count();
    }
}

TEST(SourceCookies, DifferFromEachOther) {
    const SourceCookies cookies{1};
    std::set<std::uint64_t> made;
    for (std::uint64_t session = 0; session < 1000; ++session) {
        made.insert(cookies.make(source, session, start));
    }
    EXPECT_EQ(made.size(), 1000U);
    EXPECT_FALSE(made.contains(0));
}

}  // namespace
}  // namespace pt::server
