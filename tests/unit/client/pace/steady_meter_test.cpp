#include "client/pace/steady_meter.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr TimePoint end = start + 20s;

/// Twenty turns a second for twenty seconds, every fourth a control attempt. Every `open`-th
/// attempt is answered; 0: none.
SteadyMeter measured(std::size_t open) {
    SteadyMeter meter;
    std::size_t answered = 0;
    for (std::size_t turn = 0; turn < 400; ++turn) {
        const bool is_control = turn % 4 == 0;
        meter.note_turn(!is_control, answered, start + 50ms * turn);
        if (is_control) {
            meter.note_control(true);
        } else {
            answered += open > 0 && turn % open == 0 ? 1U : 0U;
        }
    }
    return meter;
}

double seconds(Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

TEST(SteadyMeter, WhereAllAttemptsAreAnsweredEachProbeTakesOne) {
    const auto left = measured(1).time_left(150, 600, 0, end);
    ASSERT_TRUE(left);
    EXPECT_NEAR(seconds(left->min), 10, 1);
    EXPECT_NEAR(seconds(left->max), 10, 3);
}

TEST(SteadyMeter, WhereNoneIsAnsweredEachTakesAllThatSilentOnesHave) {
    const auto left = measured(0).time_left(150, 600, 0, end);
    ASSERT_TRUE(left);
    EXPECT_NEAR(seconds(left->min), 40, 3);
    EXPECT_NEAR(seconds(left->max), 40, 1);
}

TEST(SteadyMeter, IsInBetweenWhereSomeAreAnswered) {
    const auto left = measured(2).time_left(150, 600, 0, end);
    ASSERT_TRUE(left);
    EXPECT_GT(seconds(left->min), 15);
    EXPECT_LT(seconds(left->max), 38);
}

TEST(SteadyMeter, ARateThatGrowsMayMakeItShorter) {
    const auto left = measured(1).time_left(150, 600, 30, end);
    ASSERT_TRUE(left);
    EXPECT_NEAR(seconds(left->min), 5, 1);
    EXPECT_NEAR(seconds(left->max), 10, 3);
}

TEST(SteadyMeter, LittleTellsNothing) {
    SteadyMeter meter;
    EXPECT_FALSE(meter.time_left(10, 40, 10, start));
    for (std::size_t turn = 0; turn < 20; ++turn) {
        meter.note_turn(true, turn, start + 500ms * turn);
    }
    EXPECT_FALSE(meter.time_left(10, 40, 10, start + 10s)) << "which share passes?";
}

}  // namespace
}  // namespace pt::client
