#include "client/pace/steady_round.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr double rate = 8;

struct Share {
    double passed = 0;
    double all = 0;
    double share() const { return passed / all; }
};

/// A policer lets a part of what comes at a steady rate pass in a regular pattern. Control attempts
/// tell nothing if they always meet the same place in it.
TEST(SteadyRound, NoPolicerKeepsInStepWithControlAttempts) {
    for (const double limit : {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0}) {
        SteadyRound round;
        for (unsigned slot = 0; slot < 10; ++slot) {
            round.add(0, Slot{slot}, 1'000);
        }
        round.begin({rate, 100, 0}, rate, start);
        Share controls;
        Share all;
        double tokens = 0;
        for (TimePoint now = start; now < start + 60s; now = round.next_at()) {
            tokens = std::min(1.0, tokens + limit / rate);
            const double passes = tokens >= 1 ? 1 : 0;
            tokens -= passes;
            const auto turn = round.take_turn(now, 0);
            ASSERT_NE(turn, SteadyRound::Turn::nothing);
            if (turn == SteadyRound::Turn::control) {
                controls.passed += passes;
                ++controls.all;
            } else {
                round.take_slot(now, now + 1s);
            }
            all.passed += passes;
            ++all.all;
        }
        EXPECT_NEAR(controls.all / all.all, 0.25, 0.02) << limit;
        EXPECT_NEAR(controls.share(), all.share(), 0.05) << limit;
    }
}

}  // namespace
}  // namespace pt::client
