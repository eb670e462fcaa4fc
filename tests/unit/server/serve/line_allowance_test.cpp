#include "server/serve/line_allowance.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint now{1h};

TEST(LineAllowance, HoldsBackAndTellsHowMany) {
    LineAllowance lines;
    unsigned logged = 0;
    for (int number = 0; number < 100; ++number) {
        logged += lines.take(now + number * 1ms) ? 1U : 0U;
    }
    EXPECT_EQ(logged, LineAllowance::lines_per_second);
    EXPECT_EQ(lines.take_held_back(now + 999ms), 0U);
    EXPECT_FALSE(lines.take(now + 1s)) << "before a line tells how many others there were";
    EXPECT_EQ(lines.take_held_back(now + 1s), 81U);
    EXPECT_EQ(lines.take_held_back(now + 5s), 0U);
    EXPECT_TRUE(lines.take(now + 1s));
}

TEST(LineAllowance, EachSecondHasItsOwn) {
    LineAllowance lines;
    for (int second = 0; second < 3; ++second) {
        for (unsigned number = 0; number < LineAllowance::lines_per_second; ++number) {
            EXPECT_TRUE(lines.take(now + second * 1s));
        }
    }
}

}  // namespace
}  // namespace pt::server
