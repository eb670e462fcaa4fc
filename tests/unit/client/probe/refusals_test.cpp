#include "client/probe/refusals.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr unsigned tries = 16;

TEST(Refusals, OneIsOnePacket) {
    Refusals refusals;
    EXPECT_FALSE(refusals.repeated(tries));
    refusals.add(start);
    EXPECT_FALSE(refusals.repeated(tries));
}

TEST(Refusals, ThreeOverThreeHundredMillisecondsCount) {
    Refusals refusals;
    refusals.add(start);
    refusals.add(start + 150ms);
    refusals.add(start + 299ms);
    EXPECT_FALSE(refusals.repeated(tries)) << "a route that flaps refuses for a moment";
    refusals.add(start + 300ms);
    EXPECT_TRUE(refusals.repeated(tries));
}

TEST(Refusals, TheOrderOfTheirArrivalDoesNotMatter) {
    Refusals refusals;
    refusals.add(start + 400ms);
    refusals.add(start);
    refusals.add(start + 200ms);
    EXPECT_TRUE(refusals.repeated(tries));
}

TEST(Refusals, FewAttemptsCannotRepeatMore) {
    Refusals one;
    one.add(start);
    EXPECT_TRUE(one.repeated(1));
    EXPECT_FALSE(one.repeated(2));
    one.add(start + 10ms);
    EXPECT_TRUE(one.repeated(2));
}

}  // namespace
}  // namespace pt::client
