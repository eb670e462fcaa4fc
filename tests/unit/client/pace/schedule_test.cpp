#include "client/pace/schedule.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>
#include <vector>

/// The schedule under virtual time: nothing sleeps, every run is the same.
namespace pt::client {
namespace {

using namespace std::chrono_literals;
using Action = Schedule::Action;

constexpr Schedule::Limits unbounded{.in_flight = 1'000'000, .window = 1'000'000};
constexpr std::uint64_t seed = 7;

/// A network that is driven by the schedule alone: time jumps to whatever is waited for.
class VirtualRun {
public:
    explicit VirtualRun(Schedule& schedule) : schedule_{schedule} {}

    /// One step; moves the clock over waits. False once done.
    bool step() {
        last = schedule_.next(clock);
        switch (last.action) {
            case Action::attempt:
                attempts[last.probe].push_back(clock);
                max_in_flight = std::max(max_in_flight, schedule_.in_flight());
                return true;
            case Action::give_up: given_up[last.probe] = clock; return true;
            case Action::rest: rested.insert(last.probe); return true;
            case Action::control: controls.push_back(clock); return true;
            case Action::drop_control: return true;
            case Action::wait:
                EXPECT_GT(last.until, clock) << "a wait that ends at once would spin";
                EXPECT_NE(last.until, TimePoint::max()) << "would wait forever";
                clock = last.until;
                return last.until != TimePoint::max();
            case Action::done: return false;
        }
        return false;
    }
    void finish() {
        while (step()) {
        }
    }

    TimePoint clock{1h};
    Schedule::Step last;
    std::map<std::size_t, std::vector<TimePoint>> attempts;
    std::map<std::size_t, TimePoint> given_up;
    std::set<std::size_t> rested;
    std::vector<TimePoint> controls;
    std::size_t max_in_flight = 0;

private:
    Schedule& schedule_;
};

TEST(Schedule, HasNothingToDoWithoutProbes) {
    Schedule schedule{0, AttemptPlan{3, 3s}, unbounded, seed};
    EXPECT_EQ(schedule.next(TimePoint{}).action, Action::done);
}

TEST(Schedule, GivesASilentProbeAllItsAttemptsAndThenTheRestOfTheTimeout) {
    Schedule schedule{1, AttemptPlan{4, 3s}, unbounded, seed};
    VirtualRun run{schedule};
    run.finish();
    ASSERT_EQ(run.attempts[0].size(), 4U);
    const TimePoint first = run.attempts[0].front();
    EXPECT_GE(run.given_up[0] - run.attempts[0].back(), 600ms);
    EXPECT_EQ(run.given_up[0] - first, 3s) << "what jitter has saved is waited for at the end";
}

TEST(Schedule, GapsGrowButForJitter) {
    const AttemptPlan plan{16, 3s};
    for (unsigned attempt = 1; attempt + 1 < plan.tries(); ++attempt) {
        EXPECT_LT(plan.wait_after(attempt, 0), plan.wait_after(attempt + 1, 0));
    }
}

TEST(Schedule, StopsAtOnceForAProbeThatIsDecided) {
    Schedule schedule{1, AttemptPlan{4, 3s}, unbounded, seed};
    VirtualRun run{schedule};
    ASSERT_TRUE(run.step());
    schedule.decided(0);
    schedule.decided(0);
    EXPECT_EQ(schedule.next(run.clock).action, Action::done);
    EXPECT_EQ(schedule.in_flight(), 0U);
}

TEST(Schedule, KeepsToTheBoundOfProbesInFlight) {
    Schedule schedule{100, AttemptPlan{2, 1s}, {7, 1000, 0}, seed};
    VirtualRun run{schedule};
    run.finish();
    EXPECT_EQ(run.given_up.size(), 100U);
    EXPECT_EQ(run.max_in_flight, 7U);
}

TEST(Schedule, SendsNoMoreThanTheWindowUntilPacketsMustHaveLeftTheNetwork) {
    Schedule schedule{100, AttemptPlan{1, 1s}, {100, 10, 0}, seed};
    VirtualRun run{schedule};
    for (int attempt = 0; attempt < 10; ++attempt) {
        ASSERT_EQ(schedule.next(run.clock).action, Action::attempt);
    }
    const auto eleventh = schedule.next(run.clock);
    ASSERT_EQ(eleventh.action, Action::wait);
    schedule.decided(3);
    EXPECT_EQ(schedule.next(run.clock).action, Action::attempt) << "an answer makes room";
    EXPECT_EQ(schedule.next(run.clock).action, Action::wait);
    EXPECT_EQ(schedule.next(eleventh.until).action, Action::attempt) << "so does time";
}

TEST(Schedule, ShortRoundTripsMakeTheWindowTurnFaster) {
    Schedule slow{20, AttemptPlan{1, 1s}, {20, 10, 0}, seed};
    Schedule fast{20, AttemptPlan{1, 1s}, {20, 10, 0}, seed};
    fast.observe(TimePoint{1h}, 100us, 1);
    const TimePoint start{1h};
    for (int attempt = 0; attempt < 10; ++attempt) {
        slow.next(start);
        fast.next(start);
    }
    EXPECT_LT(fast.next(start).until, slow.next(start).until);
}

TEST(Schedule, AFullWindowDelaysRetriesButTakesNoneAway) {
    Schedule schedule{50, AttemptPlan{5, 1s}, {50, 1, 0}, seed};
    VirtualRun run{schedule};
    run.finish();
    for (const auto& [probe, attempts] : run.attempts) {
        EXPECT_EQ(attempts.size(), 5U) << "probe " << probe;
        const auto last_wait = run.given_up[probe] - attempts.back();
        EXPECT_GE(last_wait, 200ms) << "probe " << probe;
        EXPECT_LE(last_wait, 400ms) << "probe " << probe;
    }
}

TEST(Schedule, PacesAttempts) {
    Schedule schedule{200, AttemptPlan{1, 10ms}, {1000, 1000, 100}, seed};
    VirtualRun run{schedule};
    const TimePoint start = run.clock;
    run.finish();
    const auto passed = run.clock - start;
    EXPECT_GE(passed, 1900ms);
    EXPECT_LE(passed, 2100ms);
}

TEST(Schedule, OrdersAPostponedAttemptAgain) {
    Schedule schedule{2, AttemptPlan{1, 1s}, unbounded, seed};
    const TimePoint start{1h};
    const auto first = schedule.next(start);
    ASSERT_EQ(first.action, Action::attempt);
    schedule.postpone(first.probe, start + 20ms);
    const auto wait = schedule.next(start);
    ASSERT_EQ(wait.action, Action::wait) << "what lacks for one lacks for all";
    EXPECT_EQ(wait.until, start + 20ms);
    std::vector<std::size_t> started;
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto step = schedule.next(start + 20ms);
        ASSERT_EQ(step.action, Action::attempt);
        EXPECT_EQ(step.attempt, 1U);
        started.push_back(step.probe);
    }
    EXPECT_NE(started[0], started[1]);
}

TEST(Schedule, PostponingForEverLosesNoProbe) {
    Schedule schedule{3, AttemptPlan{2, 100ms}, {3, 1, 0}, seed};
    TimePoint clock{1h};
    int refusals = 1000;
    std::size_t given_up = 0;
    for (int steps = 0; steps < 100'000; ++steps) {
        const auto step = schedule.next(clock);
        if (step.action == Action::done) {
            break;
        }
        if (step.action == Action::attempt && --refusals > 0) {
            schedule.postpone(step.probe, clock + 20ms);
        } else if (step.action == Action::give_up) {
            ++given_up;
        } else if (step.action == Action::wait) {
            ASSERT_GT(step.until, clock);
            clock = step.until;
        }
    }
    EXPECT_EQ(given_up, 3U);
}

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
    Schedule brisk{very_many, AttemptPlan{16, 3s}, sparing, seed};
    Schedule slow{very_many, AttemptPlan{16, 3s}, sparing, seed};
    for (int answers = 0; answers < 1000; ++answers) {
        brisk.observe(TimePoint{1h}, 1ms, 1);
        slow.observe(TimePoint{1h}, answers == 500 ? 200ms : 1ms, 1);
    }
    VirtualRun fast_run{brisk};
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
    schedule.decided(probe);
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

}  // namespace
}  // namespace pt::client
