#include "common/core/timing.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace pt {
namespace {

using namespace std::chrono_literals;

TEST(RttStatistics, IsAllZeroWithoutASample) {
    const RttStatistics rtt;
    EXPECT_EQ(rtt.samples(), 0U);
    EXPECT_EQ(rtt.min(), 0ns);
    EXPECT_EQ(rtt.max(), 0ns);
    EXPECT_EQ(rtt.mean(), 0ns);
    EXPECT_EQ(rtt.stddev(), 0ns);
}

TEST(RttStatistics, OfOneSampleIsThatSample) {
    RttStatistics rtt;
    rtt.add(250us);
    EXPECT_EQ(rtt.samples(), 1U);
    EXPECT_EQ(rtt.min(), 250us);
    EXPECT_EQ(rtt.max(), 250us);
    EXPECT_EQ(rtt.mean(), 250us);
    EXPECT_EQ(rtt.stddev(), 0ns);
}

TEST(RttStatistics, DescribesTheWholePopulation) {
    RttStatistics rtt;
    for (const auto sample : {2ms, 4ms, 4ms, 4ms, 5ms, 5ms, 7ms, 9ms}) {
        rtt.add(sample);
    }
    EXPECT_EQ(rtt.samples(), 8U);
    EXPECT_EQ(rtt.min(), 2ms);
    EXPECT_EQ(rtt.max(), 9ms);
    EXPECT_EQ(rtt.mean(), 5ms);
    EXPECT_EQ(rtt.stddev(), 2ms);
}

TEST(RttStatistics, StaysExactFarFromZero) {
    RttStatistics rtt;  // the naive sum of squares would lose the nanoseconds
    for (const auto sample : {1h + 1ns, 1h + 2ns, 1h + 3ns}) {
        rtt.add(sample);
    }
    EXPECT_EQ(rtt.mean(), 1h + 2ns);
    EXPECT_EQ(rtt.stddev(), 1ns);  // 0.816, rounded
}

constexpr TimePoint noon{Nanoseconds{1'000'000'000'000}};

TEST(RoundTrip, LeavesOutTheServersTime) {
    EXPECT_EQ(round_trip(noon, noon + 10ms, 0us), 10ms);
    EXPECT_EQ(round_trip(noon, noon + 10ms, 4ms), 6ms);
    EXPECT_EQ(round_trip(noon, noon + 10ms, 10ms), 0ns);
}

TEST(RoundTrip, DoesNotBelieveAServerThatClaimsMoreThanTheWhole) {
    EXPECT_EQ(round_trip(noon, noon + 10ms, 10'001us), 10ms);
    EXPECT_EQ(round_trip(noon, noon + 10ms, std::chrono::microseconds{0xFFFFFFFF}), 10ms);
    EXPECT_EQ(round_trip(noon, noon + 1ns, 1us), 1ns);
}

TEST(RoundTrip, IsNeverNegative) {
    EXPECT_EQ(round_trip(noon, noon - 1ns, 0us), 0ns);
    EXPECT_EQ(round_trip(noon, noon - 1h, 5us), 0ns);
    EXPECT_EQ(round_trip(noon, noon, 0us), 0ns);
}

TEST(AttemptPlan, OfOneTryWaitsTheWholeTimeout) {
    for (const unsigned tries : {0U, 1U}) {
        const AttemptPlan plan{tries, 3s};
        EXPECT_EQ(plan.tries(), 1U) << "at least one";
        EXPECT_EQ(plan.wait_after(1, 0), 3s);
        EXPECT_EQ(plan.wait_after(1, 1), 3s) << "the last wait is not shortened";
    }
}

class AttemptPlanOf : public testing::TestWithParam<unsigned> {};

TEST_P(AttemptPlanOf, FillsTheTimeoutWithGrowingGaps) {
    const unsigned tries = GetParam();
    const AttemptPlan plan{tries, 3s};
    Nanoseconds total{};
    for (unsigned attempt = 1; attempt < tries; ++attempt) {
        const auto gap = plan.wait_after(attempt, 0);
        EXPECT_GT(gap, 0ns);
        if (attempt > 1) {
            EXPECT_GE(gap, plan.wait_after(attempt - 1, 0)) << "backs off";
        }
        EXPECT_NEAR(static_cast<double>(plan.wait_after(attempt, 1).count()),
                    0.75 * static_cast<double>(gap.count()), 1.0);
        EXPECT_NEAR(static_cast<double>(plan.wait_after(attempt, 0.5).count()),
                    0.875 * static_cast<double>(gap.count()), 1.0);
        total += gap;
    }
    const auto last = plan.wait_after(tries, 0);
    EXPECT_EQ(last, 600ms) << "a fifth of the timeout for the last answer";
    EXPECT_EQ(plan.wait_after(tries, 1), last) << "the last wait is not shortened";
    // Each gap is rounded to a nanosecond.
    EXPECT_LE(std::abs((total + last - 3s).count()), tries);
}

INSTANTIATE_TEST_SUITE_P(Tries, AttemptPlanOf, testing::Values(2U, 3U, 16U, 255U),
                         testing::PrintToStringParamName());

TEST(AttemptPlan, SurvivesExtremeTimeouts) {
    for (const Nanoseconds timeout : {0ns, 1ns, Nanoseconds{24h}}) {
        const AttemptPlan plan{16, timeout};
        for (unsigned attempt = 1; attempt <= 17; ++attempt) {
            EXPECT_GE(plan.wait_after(attempt, 1), 0ns);
            EXPECT_LE(plan.wait_after(attempt, 0), timeout);
        }
    }
}

}  // namespace
}  // namespace pt
