#include "server/journal/stalls.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr Nanoseconds interval = 250ms;

TEST(Stalls, ATurnThatIsLateByMoreThanASecondIsOne) {
    Stalls stalls;
    EXPECT_EQ(stalls.turn(0, start, interval), 0ns);
    EXPECT_EQ(stalls.turn(0, start + 1250ms, interval), 0ns);
    EXPECT_EQ(stalls.turn(0, start + 2501ms, interval), 1001ms);
    EXPECT_EQ(stalls.count(), 1U);
    EXPECT_TRUE(stalls.any(start + 1s, start + 3s, start + 2600ms));
    EXPECT_TRUE(stalls.any(start + 2s, start + 3s, start + 2600ms));
    EXPECT_FALSE(stalls.any(start, start + 1200ms, start + 2600ms)) << "over before";
    EXPECT_FALSE(stalls.any(start + 2502ms, start + 3s, start + 2600ms)) << "began after";
}

TEST(Stalls, IsNoticedBeforeTheTurnThatEndsIt) {
    Stalls stalls;
    stalls.turn(0, start, interval);
    EXPECT_FALSE(stalls.any(start, start + 1250ms, start + 1250ms));
    EXPECT_TRUE(stalls.any(start, start + 1251ms, start + 1251ms));
    EXPECT_FALSE(stalls.any(start - 2s, start - 1s, start + 5s));
}

TEST(Stalls, OneThreadIsEnough) {
    Stalls stalls;
    stalls.turn(0, start, interval);
    stalls.turn(1, start, interval);
    for (auto now = start; now < start + 3s; now += interval) {
        stalls.turn(0, now, interval);
    }
    EXPECT_TRUE(stalls.any(start, start + 3s, start + 3s));
    stalls.end(1);
    EXPECT_FALSE(stalls.any(start, start + 3s, start + 3s)) << "it takes no more turns";
}

TEST(Stalls, RemembersTheLatest) {
    Stalls stalls;
    TimePoint now = start;
    for (std::size_t number = 0; number <= Stalls::capacity + 1; ++number, now += 3s) {
        stalls.turn(0, now, interval);
    }
    EXPECT_EQ(stalls.count(), Stalls::capacity + 1);
    EXPECT_FALSE(stalls.any(start, start + 2s, now - 3s));
    EXPECT_TRUE(stalls.any(start + 4s, start + 5s, now - 3s));
}

}  // namespace
}  // namespace pt::server
