#include "client/options/option_values.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

TEST(ParseNumber, TakesWholeNumbersWithinBoundsOnly) {
    EXPECT_EQ(parse_number("1", 1, 255), 1U);
    EXPECT_EQ(parse_number("255", 1, 255), 255U);
    EXPECT_EQ(parse_number("007", 1, 255), 7U);
    for (const auto* wrong : {"", "0", "256", "-1", "+1", " 1", "1 ", "1.0", "0x1", "1e2", "one",
                              "99999999999999999999"}) {
        EXPECT_FALSE(parse_number(wrong, 1, 255)) << wrong;
    }
}

TEST(ParseDuration, TakesANumberAndItsUnit) {
    EXPECT_EQ(parse_duration("500ms"), 500ms);
    EXPECT_EQ(parse_duration("3s"), 3s);
    EXPECT_EQ(parse_duration("1m"), 1min);
    EXPECT_EQ(parse_duration("1ms"), 1ms);
    EXPECT_EQ(parse_duration("60m"), 1h);
    EXPECT_EQ(parse_duration("3600s"), 1h);
    EXPECT_EQ(parse_duration("3600000ms"), 1h);
}

TEST(ParseDuration, RefusesAllElse) {
    for (const auto* wrong : {"",      "3",         "s",    "ms",    "0s",
                              "0ms",   "-1s",       "+1s",  "1.5s",  "3 s",
                              " 3s",   "3s ",       "3sec", "2h",    "61m",
                              "3601s", "3600001ms", "3S",   "1m30s", "99999999999999999999ms"}) {
        EXPECT_FALSE(parse_duration(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace pt::client
