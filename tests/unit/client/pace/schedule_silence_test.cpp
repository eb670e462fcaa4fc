#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <optional>

#include "virtual_run.hpp"

/// How long the schedule goes on with a probe that nothing answers.
namespace pt::client {
namespace {

using namespace std::chrono_literals;
using namespace test;

constexpr std::size_t very_many = 100;
constexpr Schedule::Limits sparing{1000, 1000, 0, 500};

/// How long a silent probe takes beside others that are answered.
Nanoseconds silent_for(Schedule& schedule) {
    VirtualRun run{schedule};
    run.finish();
    return run.clock - TimePoint{1h};
}

TEST(Schedule, ALongWayStretchesNothingButTheLastWait) {
    Schedule schedule{1, AttemptPlan{16, 3s}, unbounded, seed};
    for (int answers = 0; answers < 100; ++answers) {
        schedule.observe(TimePoint{1h}, 600ms, 1);
    }
    EXPECT_LE(silent_for(schedule), 3s + 3 * 600ms);
}

TEST(Schedule, WaitsLongerWhereAnswersWaitInQueues) {
    Schedule schedule{1, AttemptPlan{16, 3s}, unbounded, seed};
    schedule.observe(TimePoint{1h}, 1ms, 1);
    for (int answers = 0; answers < 100; ++answers) {
        schedule.observe(TimePoint{1h}, 400ms, 1);
    }
    EXPECT_GT(silent_for(schedule), 16 * 1s);
}

TEST(Schedule, WhatAKernelRepeatedIsLossAndNoMeasureOfTheWay) {
    Schedule schedule{very_many, AttemptPlan{16, 3s}, sparing, seed};
    schedule.observe(TimePoint{1h}, 1ms, 1);
    for (int answers = 0; answers < 10; ++answers) {
        schedule.observe(TimePoint{1h}, std::nullopt, 1);
    }
    EXPECT_EQ(schedule.round_trip(), 1ms);
    VirtualRun run{schedule};
    run.finish();
    EXPECT_EQ(run.attempts[0].size(), 16U);
    EXPECT_LE(run.clock - TimePoint{1h}, 3500ms);
}

TEST(Schedule, VeryManySilentProbesHaveFewerAttemptsWhileNothingIsLost) {
    Schedule schedule{very_many, AttemptPlan{16, 3s}, sparing, seed};
    schedule.observe(TimePoint{1h}, 1ms, 1);
    VirtualRun run{schedule};
    run.finish();
    EXPECT_EQ(run.given_up.size(), very_many);
    EXPECT_EQ(run.rested.size(), very_many);
    for (const auto& [probe, attempts] : run.attempts) {
        ASSERT_EQ(attempts.size(), 5U) << "probe " << probe;
    }
}

TEST(Schedule, VeryManySilentProbesHaveAllAttemptsOnceLossShows) {
    Schedule schedule{very_many, AttemptPlan{16, 3s}, sparing, seed};
    VirtualRun run{schedule};
    while (run.rested.size() < very_many / 2) {
        ASSERT_TRUE(run.step());
    }
    ASSERT_TRUE(run.given_up.empty()) << "a probe at rest may yet have further attempts";
    schedule.observe(TimePoint{1h}, 1ms, 3);
    run.finish();
    EXPECT_EQ(run.given_up.size(), very_many);
    for (const auto& [probe, attempts] : run.attempts) {
        ASSERT_EQ(attempts.size(), 16U) << "probe " << probe;
    }
}

TEST(Schedule, ALittleLossAmongVeryManyAnswersIsNone) {
    Schedule schedule{very_many, AttemptPlan{16, 3s}, sparing, seed};
    for (int answers = 0; answers < 1000; ++answers) {
        schedule.observe(TimePoint{1h}, 1ms, answers == 0 ? 2 : 1);
    }
    VirtualRun run{schedule};
    run.finish();
    EXPECT_EQ(run.attempts[0].size(), 6U) << "five, and one at the end to be sure";
}

TEST(Schedule, WhereAllAnswersAreFastSilenceIsBelievedSooner) {
    Schedule fast{very_many, AttemptPlan{16, 3s}, sparing, seed};
    Schedule slow{very_many, AttemptPlan{16, 3s}, sparing, seed};
    for (int answers = 0; answers < 1000; ++answers) {
        fast.observe(TimePoint{1h}, 1ms, 1);
        slow.observe(TimePoint{1h}, answers == 500 ? 200ms : 1ms, 1);
    }
    VirtualRun fast_run{fast};
    VirtualRun slow_run{slow};
    fast_run.finish();
    slow_run.finish();
    EXPECT_LT(fast_run.clock - TimePoint{1h}, 1700ms);
    EXPECT_GT(slow_run.clock - TimePoint{1h}, 2s);
    EXPECT_EQ(slow_run.attempts[0].size(), 5U);
}

TEST(Schedule, ARestingProbeThatIsAnsweredLateIsNotAskedAgain) {
    Schedule schedule{very_many, AttemptPlan{16, 3s}, sparing, seed};
    VirtualRun run{schedule};
    while (run.rested.empty()) {
        ASSERT_TRUE(run.step());
    }
    const std::size_t probe = *run.rested.begin();
    schedule.decided(slot_at(probe));
    schedule.observe(TimePoint{1h}, 1ms, 5);
    run.finish();
    EXPECT_EQ(run.attempts[probe].size(), 5U);
    EXPECT_FALSE(run.given_up.contains(probe));
    EXPECT_EQ(run.given_up.size(), very_many - 1);
}

TEST(Schedule, VeryManyProbesWakeWithoutGrowingTheStack) {
    constexpr std::size_t probes = 100'000;
    Schedule schedule{probes, AttemptPlan{16, 3s}, {probes, probes, 0}, seed};
    for (int answers = 0; answers < 1500; ++answers) {
        schedule.observe(TimePoint{1h}, 1ms, 1);
    }
    VirtualRun run{schedule};
    run.finish();
    EXPECT_EQ(run.given_up.size(), probes);
    EXPECT_EQ(run.attempts[probes - 1].size(), 6U);
}

/// A host whose open port answers at first, with silent ones beside it: whether it is found to have
/// stopped, where control attempts are lost, or never leave this machine.
bool has_stopped(bool leave) {
    Schedule schedule{41, AttemptPlan{16, 10s}, unbounded, seed};
    VirtualRun run{schedule};
    while (run.step()) {
        if (run.last.action == Action::attempt && run.last.slot == slot_at(0)) {
            if (schedule.open(slot_at(0))) {
                schedule.note_echo(slot_at(0), 1, run.clock, 1ms);
                schedule.decided(slot_at(0));
            }
        } else if (run.last.action == Action::control && !leave) {
            schedule.forget_control(run.last.control, run.clock);
        }
    }
    EXPECT_FALSE(run.controls.empty());
    return !schedule.stopped_answering().empty();
}

TEST(Schedule, ControlAttemptsThatDidNotLeaveSayNothingOfTheHost) {
    EXPECT_TRUE(has_stopped(true));
    EXPECT_FALSE(has_stopped(false));
}

}  // namespace
}  // namespace pt::client
