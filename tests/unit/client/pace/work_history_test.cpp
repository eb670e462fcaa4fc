#include "client/pace/work_history.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <optional>

#include "client/pace/work_tally.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

TEST(WorkHistory, TellsTheRateOfTheLastSeconds) {
    WorkHistory history;
    ScanWork work;
    history.add(work, TimePoint{0s});
    EXPECT_EQ(history.recent().slow_rate, std::nullopt);
    for (int second = 1; second <= 20; ++second) {
        work.turns += second <= 10 ? 1'000U : 100U;
        work.busy += 1s;
        history.add(work, TimePoint{1s * second});
    }
    EXPECT_DOUBLE_EQ(history.recent().slow_rate.value_or(0), 100);
    work.turns += 1'000;
    work.busy += 1s;
    history.add(work, TimePoint{21s});
    EXPECT_DOUBLE_EQ(history.recent().slow_rate.value_or(0), 400) << "of three seconds";
    EXPECT_DOUBLE_EQ(history.recent().fast_rate.value_or(0), 1'000) << "of the last one";
}

TEST(WorkHistory, TimeWithNothingToDoDoesNotCountForTheRate) {
    WorkHistory history;
    ScanWork work;
    for (int second = 0; second <= 10; ++second) {
        work.turns += 1'000;
        work.busy += 100ms;
        history.add(work, TimePoint{1s * second});
    }
    EXPECT_DOUBLE_EQ(history.recent().slow_rate.value_or(0), 10'000);
}

TEST(WorkHistory, LooksBackFartherWhereLittleHappens) {
    WorkHistory history;
    ScanWork work;
    for (int second = 0; second <= 60; ++second) {
        work.turns += second % 2 == 0 ? 0U : 1U;
        work.busy += 1s;
        history.add(work, TimePoint{1s * second});
    }
    EXPECT_NEAR(history.recent().slow_rate.value_or(0), 0.5, 0.05);
}

TEST(WorkHistory, ForgetsTheRateOfAnotherPace) {
    WorkHistory history;
    ScanWork work;
    const auto add = [&](std::size_t turns, Nanoseconds now) {
        work.turns += turns;
        work.busy = now;
        history.add(work, TimePoint{now});
    };
    add(0, 0s);
    add(1'000, 1s);
    work.pace = 1;
    add(0, 1'100ms);
    EXPECT_EQ(history.recent().slow_rate, std::nullopt);
    add(1'000, 1'200ms);
    EXPECT_NEAR(history.recent().slow_rate.value_or(0), 10'000, 1);
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
    work.block = 1;
    history.add(work, TimePoint{2s});
    EXPECT_EQ(history.recent().silent_share, std::nullopt) << "nothing is known of this host";
}

TEST(WorkHistory, TellsTheShareOfFramesThatAreLost) {
    WorkHistory history;
    ScanWork work;
    history.add(work, TimePoint{0s});
    work.frames.lost = 5;
    history.add(work, TimePoint{500ms});
    EXPECT_EQ(history.recent().frame_loss, std::nullopt) << "too few";
    work.frames.echoed = 15;
    history.add(work, TimePoint{1s});
    EXPECT_EQ(history.recent().frame_loss, 0.25);
    work.turns = 1'000;
    work.frames.lost = 6;
    for (int second = 2; second <= 10; ++second) {
        history.add(work, TimePoint{1s * second});
        work.turns += 1'000;
    }
    EXPECT_EQ(history.recent().frame_loss, 6.0 / 21) << "too few of late: all of them";
}

TEST(WorkTally, IsBusyWhereMoreWasToBeSent) {
    WorkTally tally;
    tally.begin_step(TimePoint{10s});
    tally.end_step(true);
    tally.begin_step(TimePoint{12s});
    EXPECT_EQ(tally.busy(), 2s);
    tally.end_step(false);
    tally.begin_step(TimePoint{13s});
    EXPECT_EQ(tally.busy(), 2s);
    tally.note_frame();
    tally.begin_step(TimePoint{14s});
    EXPECT_EQ(tally.busy(), 3s) << "a frame of --count went";
    tally.begin_step(TimePoint{15s});
    EXPECT_EQ(tally.busy(), 3s);
}

}  // namespace
}  // namespace pt::client
