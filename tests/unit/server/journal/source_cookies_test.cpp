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

TEST(SourceCookies, TellWhenTheyWereMadeForTheAddressAndTheSession) {
    const SourceCookies cookies{1};
    for (const IpAddress& address : {source, v6}) {
        const auto cookie = cookies.make(address, 7, start);
        const auto made = cookies.read(cookie, address, 7, start + 1s);
        ASSERT_TRUE(made);
        EXPECT_LE(*made, start);
        EXPECT_GT(*made, start - 17ms);
        EXPECT_FALSE(cookies.read(cookie, other, 7, start));
        EXPECT_FALSE(cookies.read(cookie, address, 8, start));
        EXPECT_FALSE(SourceCookies{2}.read(cookie, address, 7, start)) << "another secret";
        for (unsigned bit = 0; bit < 64; ++bit) {
            EXPECT_FALSE(cookies.read(cookie ^ (std::uint64_t{1} << bit), address, 7, start + 1s));
        }
    }
    EXPECT_FALSE(cookies.read(0, source, 7, start)) << "none was given back";
}

TEST(SourceCookies, AreGoodForTheirLifetime) {
    const SourceCookies cookies{1};
    for (const Nanoseconds made : {0ms, 1ms, 16ms, 17ms, 119'999ms}) {
        const auto cookie = cookies.make(source, 7, start + made);
        const auto good_after = [&](Nanoseconds time) {
            return cookies.read(cookie, source, 7, start + made + time).has_value();
        };
        EXPECT_TRUE(good_after(0ms)) << made.count();
        EXPECT_TRUE(good_after(SourceCookies::lifetime - 17ms)) << made.count();
        EXPECT_FALSE(good_after(SourceCookies::lifetime + 17ms)) << made.count();
        EXPECT_FALSE(good_after(78h + 11min)) << "the time in it begins again: " << made.count();
    }
    const auto early = cookies.make(source, 7, TimePoint{1ms});
    EXPECT_TRUE(cookies.read(early, source, 7, TimePoint{30ms}));
    EXPECT_FALSE(cookies.read(early ^ 1U, source, 7, TimePoint{30ms}));
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
