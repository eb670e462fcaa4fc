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

double seconds(Nanoseconds time) { return std::chrono::duration<double>(time).count(); }

bool none(std::size_t /*probe*/) { return false; }
bool all(std::size_t /*probe*/) { return true; }
bool every_second(std::size_t probe) { return probe % 2 == 1; }

/// From two seconds after the start on, while more than one is left, the time that is left is
/// within a factor of two of each estimate, and often enough there is one.
struct Shape {
    std::string name;
    ModelScan scan;
    double known = 0.2;
};

void PrintTo(const Shape& shape, std::ostream* out) { *out << shape.name; }

class TimeLeftOf : public testing::TestWithParam<Shape> {};

TEST_P(TimeLeftOf, IsWithinAFactorOfTwo) {
    const auto run = test::ScanModel{GetParam().scan}.run();
    ASSERT_GT(run.duration, 4);
    double all = 0;
    double known = 0;
    for (const auto& [at, left] : run.moments) {
        const double real = run.duration - at;
        if (at < 2 || real < 1) {
            continue;
        }
        ++all;
        if (left) {
            ++known;
            EXPECT_LT(seconds(left->min), real * 2) << "at " << at << " of " << run.duration;
            EXPECT_GT(seconds(left->max), real / 2) << "at " << at << " of " << run.duration;
        }
    }
    EXPECT_GE(known / all, GetParam().known) << run.duration;
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

/// Both ends, where they are the same.
std::optional<Nanoseconds> left_of(const ScanWork& work, const RecentWork& recent) {
    const auto range = time_left(work, recent);
    EXPECT_TRUE(!range || range->min == range->max);
    return range ? std::optional{range->min} : std::nullopt;
}

TEST(TimeLeft, IsNotSaidBeforeAnythingIsKnown) {
    ScanWork work;
    work.rest_of_block = 100;
    EXPECT_EQ(left_of(work, {}), std::nullopt);
    work.begun = work.recent = 10;
    EXPECT_EQ(left_of(work, at(100.0)), std::nullopt) << "none can be judged yet";
    work.answered = work.begun = 20;
    work.begun_of_block = 100;
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
    work.begun = work.begun_of_block = 100;
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
    work.begun = work.begun_of_block = 100;
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

TEST(TimeLeft, TheRestOfAHostIsLikeItsLatestPortsOnceHalfHaveBegun) {
    ScanWork work;
    work.begun = work.begun_of_block = 100;
    work.answered = 50;
    work.silent_attempts = 10;
    work.rest_of_block = 100;
    EXPECT_EQ(left_of(work, at(100.0, 1.0)), 10s);
    work.rest_of_block = 101;
    const auto range = time_left(work, at(100.0, 1.0)).value_or(TimeRange{});
    EXPECT_EQ(range.min, 1'010ms) << "all are answered";
    EXPECT_EQ(range.max, 10'100ms);
    work.rest_of_block = 10'000;
    const auto half = time_left(work, at(100.0, 0.5)).value_or(TimeRange{});
    EXPECT_NEAR(seconds(half.min), 550, 10) << "both kinds came";
    EXPECT_NEAR(seconds(half.max), 550, 10);
}

TEST(TimeLeft, IsARangeWhereTheRateVaries) {
    ScanWork work;
    work.begun = work.answered = work.begun_of_block = 100;
    work.rest_of_block = 100;
    RecentWork recent = at(100);
    recent.slow_rate = 25;
    const auto range = time_left(work, recent).value_or(TimeRange{});
    EXPECT_EQ(range.min, 1s);
    EXPECT_EQ(range.max, 4s);
    work.may_grow = 4;
    EXPECT_EQ(time_left(work, recent).value_or(TimeRange{}).min, 250ms);
}

TEST(TimeLeft, OtherHostsMayBeDeadOrAlive) {
    ScanWork work;
    work.begun = work.answered = 200;
    work.silent_attempts = 10;
    work.other_blocks = 100;
    work.number_of_other_blocks = 1;
    work.shares_of_blocks = {0, 0};
    const auto range = time_left(work, at(100.0)).value_or(TimeRange{});
    EXPECT_EQ(range.min, 1s);
    EXPECT_EQ(range.max, 10s);
}

TEST(TimeLeft, OtherHostsAreLikeThoseBeforeThemWhereTheseAreAMixture) {
    ScanWork work;
    work.begun = 2'000;
    work.answered = 1'000;
    work.silent_attempts = 10;
    work.other_blocks = 2'000;
    work.number_of_other_blocks = 20;
    work.shares_of_blocks.assign(20, 0);
    for (std::size_t host = 0; host < 20; host += 2) {
        work.shares_of_blocks[host] = 1;
    }
    const auto range = time_left(work, at(100.0)).value_or(TimeRange{});
    EXPECT_NEAR(seconds(range.min), 110, 35);
    EXPECT_NEAR(seconds(range.max), 110, 35);
    EXPECT_LT(range.min, range.max);
}

TEST(TimeLeft, WhereAttemptsAreLostSilenceMayEndYet) {
    ScanWork work;
    work.begun = work.begun_of_block = 100;
    work.answered = 50;
    work.silent = 50;
    work.silent_attempts = 10;
    work.rest_of_block = 100;
    work.undecided = 150;
    RecentWork recent = at(100, 1.0);
    recent.answers = 50;
    EXPECT_EQ(time_left(work, recent).value_or(TimeRange{}).min, 10s);
    work.lossy = true;
    EXPECT_EQ(time_left(work, recent).value_or(TimeRange{}).min, 3s);
    EXPECT_EQ(time_left(work, recent).value_or(TimeRange{}).max, 10s);
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
