#include "client/report/countdown.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// Both ends, where they are the same.
std::optional<Nanoseconds> shown(Countdown& countdown, Nanoseconds estimate, TimePoint now) {
    const auto left = countdown.show(TimeRange{estimate, estimate}, now);
    EXPECT_TRUE(left && left->min == left->max);
    return left ? std::optional{left->min} : std::nullopt;
}

TEST(Countdown, CountsDownWhileEstimatesVaryALittle) {
    Countdown countdown;
    EXPECT_EQ(shown(countdown, 60s, TimePoint{0s}), 60s);
    EXPECT_EQ(shown(countdown, 65s, TimePoint{1s}), 59s);
    EXPECT_EQ(shown(countdown, 52s, TimePoint{2s}), 58s);
    EXPECT_EQ(shown(countdown, 52s, TimePoint{10s}), 50s);
}

TEST(Countdown, FollowsAnEstimateThatIsFarOff) {
    Countdown countdown;
    shown(countdown, 60s, TimePoint{0s});
    EXPECT_EQ(shown(countdown, 80s, TimePoint{1s}), 80s);
    EXPECT_EQ(shown(countdown, 40s, TimePoint{2s}), 40s);
}

TEST(Countdown, HalfASecondIsNotFar) {
    Countdown countdown;
    shown(countdown, 2s, TimePoint{0s});
    EXPECT_EQ(shown(countdown, 1'500ms, TimePoint{1s}), 1s);
    EXPECT_EQ(shown(countdown, 1'100ms, TimePoint{1'500ms}), 1'100ms);
}

TEST(Countdown, ShowsNothingWhereNothingIsKnown) {
    Countdown countdown;
    shown(countdown, 2s, TimePoint{0s});
    EXPECT_EQ(countdown.show(std::nullopt, TimePoint{1s}), std::nullopt);
    EXPECT_EQ(shown(countdown, 9s, TimePoint{1s}), 9s);
}

TEST(Countdown, FollowsWhereOneEndIsFarOff) {
    Countdown countdown;
    countdown.show(TimeRange{20s, 40s}, TimePoint{0s});
    EXPECT_EQ(countdown.show(TimeRange{20s, 38s}, TimePoint{1s}).value_or(TimeRange{}).max, 39s);
    const auto left = countdown.show(TimeRange{19s, 60s}, TimePoint{2s}).value_or(TimeRange{});
    EXPECT_EQ(left.min, 19s);
    EXPECT_EQ(left.max, 60s);
}

TEST(Countdown, IsNeverNegative) {
    Countdown countdown;
    shown(countdown, 1s, TimePoint{0s});
    EXPECT_EQ(shown(countdown, 0s, TimePoint{2s}), 0s);
}

}  // namespace
}  // namespace pt::client
