#include "client/pace/time_left.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "client/pace/work_history.hpp"
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
        Shape{"LostFrames", with(scan(20'000, none, 40'000),
                                 [](auto& s) {
                                     s.frames = 16;
                                     s.frame_loss = 0.15;
                                 })},
        Shape{"FewLostFrames", with(scan(200, none, 40'000),
                                    [](auto& s) {
                                        s.frames = 50;
                                        s.frame_loss = 0.1;
                                    })},
        Shape{"SilentInWaves", with(scan(2'000, all, 40'000), [](auto& s) { s.slots = 400; })},
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
    recent.slow_rate = recent.fast_rate = turn_rate;
    recent.silent_share = silent_share;
    return recent;
}

std::optional<Nanoseconds> left_of(const ScanWork& work, const RecentWork& recent) {
    const auto range = time_left(work, recent);
    return range ? middle_of(*range) : std::nullopt;
}

TEST(TimeLeft, IsNotSaidBeforeAnythingIsKnown) {
    ScanWork work;
    work.rest_of_block = 100;
    EXPECT_EQ(left_of(work, {}), std::nullopt);
    work.begun = work.recent = 10;
    EXPECT_EQ(left_of(work, at(100.0)), std::nullopt) << "none can be judged yet";
    work.answered = work.begun = 20;
    EXPECT_EQ(left_of(work, {}), std::nullopt) << "at which rate?";
    EXPECT_EQ(left_of(work, at(100.0)), 1s);
}

TEST(TimeLeft, IsNotSaidWhereSilenceWillNotBeBelieved) {
    ScanWork work;
    work.begun = work.silent = 10;
    work.ends = {1s, 2s};
    EXPECT_EQ(left_of(work, {}), 2s);
    work.in_doubt = true;
    EXPECT_EQ(left_of(work, {}), std::nullopt);
}

TEST(TimeLeft, TheLastSilentProbeHasItsWholeTime) {
    ScanWork work;
    work.begun = 100;
    work.rest_of_block = 100;
    work.silent = 100;
    work.ends.assign(100, 1s);
    work.silent_attempts = 1;
    work.timeout = 3s;
    work.max_in_flight = 1'000;
    EXPECT_EQ(left_of(work, at(50.0, 1.0)), 2s + 3s);
}

TEST(TimeLeft, SilentProbesWaitForSlots) {
    ScanWork work;
    work.begun = 100;
    work.silent = 10;
    work.ends.assign(10, 1s);
    work.silent_attempts = 1;
    work.timeout = 3s;
    work.max_in_flight = 10;
    work.rest_of_block = 10;
    EXPECT_EQ(left_of(work, at(1e6, 1.0)), 1s + 3s);
    work.rest_of_block = 11;
    EXPECT_EQ(left_of(work, at(1e6, 1.0)), 1s + 3s + 3s) << "one more than there are slots";
    work.max_in_flight = 11;
    EXPECT_EQ(left_of(work, at(1e6, 1.0)), 1s + 3s) << "one slot is free";
}

TEST(TimeLeft, TheRestOfAHostIsLikeItsLatestPortsAndOtherHostsAreLikeTheMean) {
    ScanWork work;
    work.begun = 100;
    work.answered = 50;
    work.silent_attempts = 10;
    work.rest_of_block = 100;
    EXPECT_EQ(left_of(work, at(100.0, 1.0)), 10s);
    work.other_blocks = std::exchange(work.rest_of_block, 0);
    work.number_of_other_blocks = 2;
    work.shares_of_blocks = {0.5, 0.5};
    EXPECT_EQ(left_of(work, at(100.0, 1.0)), 5s + 500ms);
}

TEST(TimeLeft, IsARangeWhereTheRateVaries) {
    ScanWork work;
    work.begun = work.answered = 10;
    work.rest_of_block = 100;
    RecentWork recent = at(100);
    recent.slow_rate = 25;
    EXPECT_EQ(left_of(work, recent), 2s);
    recent.slow_rate = 10;
    EXPECT_EQ(left_of(work, recent), std::nullopt);
}

TEST(TimeLeft, IsARangeWhereHostsDiffer) {
    ScanWork work;
    work.begun = 200;
    work.answered = 100;
    work.silent_attempts = 10;
    work.other_blocks = 100;
    work.number_of_other_blocks = 1;
    work.shares_of_blocks = {0, 1};
    const auto range = time_left(work, at(100.0));
    ASSERT_TRUE(range);
    EXPECT_EQ(range->min, 1s);
    EXPECT_EQ(range->max, 10s);
    EXPECT_EQ(middle_of(*range), std::nullopt) << "no time is within a factor of two of both";
}

TEST(TimeLeft, TheMiddleIsWithinAFactorOfTwoOfBothEnds) {
    EXPECT_EQ(middle_of({4s, 4s}), 4s);
    EXPECT_EQ(middle_of({4s, 16s}), 8s);
    EXPECT_EQ(middle_of({4s, 17s}), std::nullopt);
    EXPECT_EQ(middle_of({100ms, 4s}), 2s) << "less than a second is as good as a second";
    EXPECT_EQ(middle_of({0s, 0s}), 0s);
}

TEST(TimeLeft, FramesThatAreLostTakeTheirTimeOneAfterAnother) {
    ScanWork work;
    work.begun = work.answered = work.open = 1;
    work.frames.timeout = 1s;
    work.frames.ports = {{10, 1}};
    RecentWork recent = at(1e6);
    EXPECT_LT(left_of(work, recent), 1ms);
    recent.frame_loss = 0.5;
    EXPECT_EQ(left_of(work, recent), 5s);
    work.frames.ports = {{10, 100}};
    EXPECT_EQ(left_of(work, recent), 9s) << "one in 93 loses nine or ten of ten";
    work.frames.ports.clear();
    work.frames.losing = {{0, 3}};
    work.frames.losing_ends = 300ms;
    EXPECT_EQ(left_of(work, recent), 300ms);
    work.frames.losing = {{10, 1}};
    EXPECT_EQ(left_of(work, recent), 5s + 300ms);
}

TEST(TimeLeft, OfManyLostFramesIsAboutTheirMean) {
    ScanWork work;
    work.begun = work.answered = work.open = 1;
    work.frames.timeout = 1s;
    work.frames.ports = {{1'000'000, 1}};
    RecentWork recent = at(1e9);
    recent.frame_loss = 0.01;
    const auto left = left_of(work, recent).value_or(0s);
    EXPECT_NEAR(std::chrono::duration<double>(left).count(), 10'000, 200);
}

}  // namespace
}  // namespace pt::client
