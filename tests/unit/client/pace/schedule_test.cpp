#include "client/pace/schedule.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "virtual_run.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using namespace test;

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

TEST(Schedule, FurtherFramesCountForTheRate) {
    auto limits = unbounded;
    limits.rate = 100;
    Schedule schedule{2, AttemptPlan{4, 3s}, limits, seed};
    const TimePoint start{1h};
    ASSERT_EQ(schedule.next(start).action, Action::attempt);
    TimePoint last = start;
    for (int frame = 0; frame < 100; ++frame) {
        last = schedule.take_turn(start);
    }
    EXPECT_GE(last - start, 900ms);
    EXPECT_EQ(schedule.next(last - 1ms).action, Action::wait) << "an attempt does not come first";
    EXPECT_EQ(schedule.next(last + 10ms).action, Action::attempt);
}

TEST(Schedule, FurtherFramesGoAtOnceWithoutARate) {
    Schedule schedule{1, AttemptPlan{4, 3s}, unbounded, seed};
    EXPECT_EQ(schedule.take_turn(TimePoint{1h}), TimePoint{1h});
    EXPECT_EQ(schedule.take_turn(TimePoint{1h}), TimePoint{1h});
}

TEST(Schedule, StopsAtOnceForAProbeThatIsDecided) {
    Schedule schedule{1, AttemptPlan{4, 3s}, unbounded, seed};
    VirtualRun run{schedule};
    ASSERT_TRUE(run.step());
    schedule.decided(slot_at(0));
    schedule.decided(slot_at(0));
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
    schedule.decided(slot_at(3));
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
    schedule.postpone(first.slot, start + 20ms);
    const auto wait = schedule.next(start);
    ASSERT_EQ(wait.action, Action::wait) << "what lacks for one lacks for all";
    EXPECT_EQ(wait.until, start + 20ms);
    std::vector<std::size_t> started;
    for (int attempt = 0; attempt < 2; ++attempt) {
        const auto step = schedule.next(start + 20ms);
        ASSERT_EQ(step.action, Action::attempt);
        EXPECT_EQ(step.attempt, 1U);
        started.push_back(to_index(step.slot));
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
            schedule.postpone(step.slot, clock + 20ms);
        } else if (step.action == Action::give_up) {
            ++given_up;
        } else if (step.action == Action::wait) {
            ASSERT_GT(step.until, clock);
            clock = step.until;
        }
    }
    EXPECT_EQ(given_up, 3U);
}

}  // namespace
}  // namespace pt::client
