#include "client/report/countdown.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

TEST(Countdown, CountsDownWhileEstimatesVaryALittle) {
    Countdown countdown;
    EXPECT_EQ(countdown.show(60s, TimePoint{0s}), 60s);
    EXPECT_EQ(countdown.show(65s, TimePoint{1s}), 59s);
    EXPECT_EQ(countdown.show(52s, TimePoint{2s}), 58s);
    EXPECT_EQ(countdown.show(52s, TimePoint{10s}), 50s);
}

TEST(Countdown, FollowsAnEstimateThatIsFarOff) {
    Countdown countdown;
    countdown.show(60s, TimePoint{0s});
    EXPECT_EQ(countdown.show(80s, TimePoint{1s}), 80s);
    EXPECT_EQ(countdown.show(40s, TimePoint{2s}), 40s);
}

TEST(Countdown, HalfASecondIsNotFar) {
    Countdown countdown;
    countdown.show(2s, TimePoint{0s});
    EXPECT_EQ(countdown.show(1'500ms, TimePoint{1s}), 1s);
    EXPECT_EQ(countdown.show(1'100ms, TimePoint{1'500ms}), 1'100ms);
}

TEST(Countdown, ShowsNothingWhereNothingIsKnown) {
    Countdown countdown;
    countdown.show(2s, TimePoint{0s});
    EXPECT_EQ(countdown.show(std::nullopt, TimePoint{1s}), std::nullopt);
    EXPECT_EQ(countdown.show(9s, TimePoint{1s}), 9s);
}

TEST(Countdown, IsNeverNegative) {
    Countdown countdown;
    countdown.show(1s, TimePoint{0s});
    EXPECT_EQ(countdown.show(0s, TimePoint{2s}), 0s);
}

}  // namespace
}  // namespace pt::client
