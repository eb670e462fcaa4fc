#include "client/pace/forecast.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// What is expected to be left, every half a second until `until`, counted down from `left` at 0 s.
void count_down(Forecast& forecast, TimeRange left, Nanoseconds from, Nanoseconds until) {
    for (Nanoseconds at = from; at <= until; at += 500ms) {
        forecast.add(TimeRange{left.min - at, left.max - at}, TimePoint{at});
    }
}

TEST(Forecast, IsWhatAllEstimatesOfLateAgreeUpon) {
    Forecast forecast;
    count_down(forecast, {30s, 40s}, 0s, 5s);
    const auto left = forecast.left(TimePoint{5s});
    ASSERT_TRUE(left);
    EXPECT_EQ(left->min, 25s);
    EXPECT_EQ(left->max, 35s);
}

TEST(Forecast, IsNothingInTheFirstSeconds) {
    Forecast forecast;
    count_down(forecast, {30s, 30s}, 0s, 1500ms);
    EXPECT_FALSE(forecast.left(TimePoint{1900ms}));
    EXPECT_TRUE(forecast.left(TimePoint{2s}));
}

TEST(Forecast, IsWiderWhereEstimatesContradictEachOther) {
    Forecast forecast;
    count_down(forecast, {30s, 30s}, 0s, 4500ms);
    forecast.add(TimeRange{50s, 50s}, TimePoint{5s});
    const auto left = forecast.left(TimePoint{5s});
    ASSERT_TRUE(left);
    EXPECT_EQ(left->min, 25s);
    EXPECT_EQ(left->max, 50s);
    forecast.add(TimeRange{90s, 90s}, TimePoint{5500ms});
    EXPECT_FALSE(forecast.left(TimePoint{5500ms})) << "24.5 s or 90 s: that is no estimate";
}

TEST(Forecast, ForgetsWhatWasExpectedLongAgo) {
    Forecast forecast;
    count_down(forecast, {30s, 30s}, 0s, 4s);
    count_down(forecast, {60s, 60s}, 4500ms, 6500ms);
    EXPECT_EQ(forecast.left(TimePoint{6500ms}).value_or(TimeRange{}).min, 53'500ms);
}

TEST(Forecast, AnEstimateThatCannotBeKnownMakesItBeginAnew) {
    for (const auto& unknown : {std::optional<TimeRange>{}, std::optional{TimeRange{10s, 31s}}}) {
        Forecast forecast;
        count_down(forecast, {30s, 30s}, 0s, 5s);
        forecast.add(unknown, TimePoint{5500ms});
        EXPECT_FALSE(forecast.left(TimePoint{5500ms}));
        count_down(forecast, {30s, 30s}, 6s, 6500ms);
        EXPECT_FALSE(forecast.left(TimePoint{6500ms}));
        count_down(forecast, {30s, 30s}, 7s, 7s);
        EXPECT_TRUE(forecast.left(TimePoint{7s}));
    }
}

TEST(Forecast, LessThanASecondCountsAsOne) {
    Forecast forecast;
    count_down(forecast, {5s, 6s}, 0s, 5s);
    const auto left = forecast.left(TimePoint{5s});
    ASSERT_TRUE(left);
    EXPECT_EQ(left->min, 1s);
    EXPECT_EQ(left->max, 1s);
}

}  // namespace
}  // namespace pt::client
