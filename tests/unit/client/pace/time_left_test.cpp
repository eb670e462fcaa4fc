#include "client/pace/time_left.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "pace/scan_model.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using test::ModelScan;

bool none(std::size_t /*probe*/) { return false; }
bool all(std::size_t /*probe*/) { return true; }
bool every_second(std::size_t probe) { return probe % 2 == 1; }

/// From two seconds after the start on, while more than two are left, each estimate is within a
/// factor of two of the time that is left, and there is one.
struct Shape {
    std::string name;
    ModelScan scan;
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

class TimeLeftOf : public testing::TestWithParam<Shape> {};

TEST_P(TimeLeftOf, IsWithinAFactorOfTwo) {
    const auto run = test::ScanModel{GetParam().scan}.run();
    ASSERT_GT(run.duration, 4);
    double worst = 1;
    for (const auto& [at, estimate] : run.moments) {
        const double real = run.duration - at;
        if (at < 2 || real < 2) {
            continue;
        }
        ASSERT_TRUE(estimate) << "at " << at << " of " << run.duration;
        EXPECT_LT(*estimate, real * 2) << "at " << at << " of " << run.duration;
        EXPECT_GT(*estimate, real / 2) << "at " << at << " of " << run.duration;
        worst = std::max({worst, *estimate / real, real / *estimate});
    }
    RecordProperty("worst_ratio_in_percent", static_cast<int>(std::lround(worst * 100)));
}

ModelScan scan(std::size_t probes, bool (*is_silent)(std::size_t), double turns_per_second) {
    ModelScan scan;
    scan.probes = probes;
    scan.is_silent = is_silent;
    scan.turns_per_second = turns_per_second;
    return scan;
}

template <class Change>
ModelScan with(ModelScan scan, Change change) {
    change(scan);
    return scan;
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, TimeLeftOf,
    testing::Values(
        Shape{"Answered", scan(65'535, none, 8'000)},
        Shape{"Silent", with(scan(4'096, all, 40'000), [](auto& s) { s.timeout = 5; })},
        Shape{"SilentTenSeconds", with(scan(4'096, all, 40'000), [](auto& s) { s.timeout = 10; })},
        Shape{"SilentOneSecond", with(scan(65'535, all, 60'000),
                                      [](auto& s) {
                                          s.timeout = 1;
                                          s.attempts = 5;
                                      })},
        Shape{"SilentMoreThanSlots",
              with(scan(65'535, all, 200'000), [](auto& s) { s.attempts = 5; })},
        Shape{"SilentFewSlots", with(scan(2'000, all, 40'000), [](auto& s) { s.slots = 300; })},
        Shape{"Half", with(scan(65'535, every_second, 30'000),
                           [](auto& s) {
                               s.attempts = 5;
                               s.timeout = 1.2;
                               s.asks_again = true;
                           })},
        Shape{"HalfFewSlots",
              with(scan(4'000, every_second, 40'000), [](auto& s) { s.slots = 300; })},
        Shape{"PacedAnswered", scan(2'000, none, 200)}, Shape{"PacedSilent", scan(300, all, 300)},
        Shape{"PacedSilentSlowly", scan(20, all, 10)},
        Shape{"PacedHalf", scan(400, every_second, 200)},
        Shape{"PacedCount", with(scan(200, none, 100), [](auto& s) { s.frames = 10; })},
        Shape{"PacedCountHalf", with(scan(200, every_second, 100), [](auto& s) { s.frames = 10; })},
        Shape{"OneAttempt", with(scan(3'000, all, 500), [](auto& s) { s.attempts = 1; })},
        Shape{"EveryThirdHostIsDead",
              with(scan(
                       800, [](std::size_t probe) { return probe / 20 % 3 == 1; }, 200),
                   [](auto& s) { s.block = 20; })},
        Shape{"EveryThirdHostIsDeadFewSlots",
              with(scan(
                       20'000, [](std::size_t probe) { return probe / 500 % 3 == 1; }, 40'000),
                   [](auto& s) {
                       s.block = 500;
                       s.slots = 1'000;
                   })}),
    [](const auto& shape) { return shape.param.name; });

RecentWork at(double turn_rate, std::optional<double> silent_share = std::nullopt) {
    RecentWork recent;
    recent.turn_rate = turn_rate;
    recent.silent_share = silent_share;
    return recent;
}

TEST(TimeLeft, IsNotSaidBeforeAnythingIsKnown) {
    ScanWork work;
    work.rest_of_block = 100;
    EXPECT_EQ(time_left(work, {}), std::nullopt);
    work.begun = work.recent = 10;
    EXPECT_EQ(time_left(work, at(100.0)), std::nullopt) << "none can be judged yet";
    work.answered = work.begun = 20;
    EXPECT_EQ(time_left(work, {}), std::nullopt) << "at which rate?";
    EXPECT_EQ(time_left(work, at(100.0)), 1s);
}

TEST(TimeLeft, IsNotSaidWhereSilenceWillNotBeBelieved) {
    ScanWork work;
    work.begun = work.silent = 10;
    work.latest_end = 2s;
    EXPECT_EQ(time_left(work, {}), 2s);
    work.in_doubt = true;
    EXPECT_EQ(time_left(work, {}), std::nullopt);
}

TEST(TimeLeft, TheLastSilentProbeHasItsWholeTime) {
    ScanWork work;
    work.begun = 100;
    work.rest_of_block = 100;
    work.silent = 100;
    work.silent_attempts = 1;
    work.timeout = 3s;
    work.max_in_flight = 1'000;
    EXPECT_EQ(time_left(work, at(50.0, 1.0)), 2s + 3s);
    work.max_in_flight = 10;
    EXPECT_EQ(time_left(work, at(50.0, 1.0)), 30s + 3s) << "each ten wait for the ten before them";
}

TEST(TimeLeft, TheRestOfAHostIsLikeItsLatestPortsAndOtherHostsAreLikeTheMean) {
    ScanWork work;
    work.begun = 100;
    work.answered = 50;
    work.silent_attempts = 10;
    work.rest_of_block = 100;
    EXPECT_EQ(time_left(work, at(100.0, 1.0)), 10s);
    work.other_blocks = std::exchange(work.rest_of_block, 0);
    EXPECT_EQ(time_left(work, at(100.0, 1.0)), 5s + 500ms);
}

TEST(WorkHistory, TellsTheRateOfTheLastSeconds) {
    WorkHistory history;
    ScanWork work;
    history.add(work, TimePoint{0s});
    EXPECT_EQ(history.recent().turn_rate, std::nullopt);
    for (int second = 1; second <= 20; ++second) {
        work.turns += second <= 10 ? 1'000U : 100U;
        history.add(work, TimePoint{1s * second});
    }
    EXPECT_DOUBLE_EQ(history.recent().turn_rate.value_or(0), 100);
}

TEST(WorkHistory, LooksBackFartherWhereLittleHappens) {
    WorkHistory history;
    ScanWork work;
    for (int second = 0; second <= 60; ++second) {
        work.turns += second % 2 == 0 ? 0U : 1U;
        history.add(work, TimePoint{1s * second});
    }
    EXPECT_NEAR(history.recent().turn_rate.value_or(0), 0.5, 0.02);
}

TEST(WorkHistory, TellsTheShareOfSilentProbesOfThoseThatCanBeJudged) {
    WorkHistory history;
    ScanWork work;
    history.add(work, TimePoint{0s});
    work.begun = 200;
    work.recent = 100;
    work.answered = 75;
    history.add(work, TimePoint{1s});
    EXPECT_EQ(history.recent().silent_share, 0.25);
}

}  // namespace
}  // namespace pt::client
