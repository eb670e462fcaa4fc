#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <vector>

#include "client/pace/schedule.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t block = 20;
constexpr TimePoint start{100s};

Schedule three_hosts(std::size_t in_flight) {
    Schedule::Limits limits;
    limits.in_flight = in_flight;
    limits.window = 1'000;
    return {3 * block, AttemptPlan{16, 3s}, limits, 1,
            [](Slot slot) { return to_index(slot) / block; }};
}

/// All that it orders at that moment; probes of the first host are answered at once.
void run_at(Schedule& schedule, TimePoint now) {
    for (auto step = schedule.next(now); step.action != Schedule::Action::wait;
         step = schedule.next(now)) {
        if (to_index(step.slot) < block) {
            schedule.decided(step.slot);
        }
    }
}

TEST(ScheduleWork, TellsWhatIsInFlightAndWhatIsDue) {
    auto schedule = three_hosts(block);
    run_at(schedule, start);
    const auto before = schedule.work(start, 1);
    EXPECT_EQ(before.begun, 2 * block);
    EXPECT_EQ(before.answered, block);
    EXPECT_EQ(before.recent, block) << "they may be answered soon";
    EXPECT_EQ(before.rest_of_block, block);
    EXPECT_TRUE(before.ends.empty());

    const auto work = schedule.work(start + 1s, 1);
    EXPECT_EQ(work.recent, 0U);
    EXPECT_EQ(work.silent, block);
    EXPECT_EQ(work.silent_due, 15.0 * block);
    EXPECT_EQ(work.ends, std::vector<Nanoseconds>(block, 2s));
    EXPECT_EQ(work.shares_of_blocks, (std::vector<double>{0, 1}));
    EXPECT_EQ(work.share_of_block, 1);
}

TEST(ScheduleWork, IsNotBusyWhileSlotsAreWaitedFor) {
    auto schedule = three_hosts(block);
    run_at(schedule, start);
    run_at(schedule, start + 10ms);
    EXPECT_EQ(schedule.work(start + 10ms, 1).busy, 0ms);
}

TEST(ScheduleWork, IsBusyWhileTheRateIsWaitedFor) {
    Schedule::Limits limits;
    limits.in_flight = limits.window = 1'000;
    limits.rate = 10;
    Schedule schedule{100, AttemptPlan{16, 3s}, limits, 1};
    for (TimePoint now = start; now <= start + 2s; now += 100ms) {
        run_at(schedule, now);
    }
    EXPECT_EQ(schedule.work(start + 2s, 1).busy, 2s);
}

TEST(ScheduleWork, CountsFurtherFramesOfOpenPorts) {
    auto schedule = three_hosts(block);
    schedule.next(start);
    schedule.note_echo(Slot{0}, 1, start + 1ms, 1ms);
    schedule.decided(Slot{0});
    schedule.take_turn(start + 1ms);
    const auto work = schedule.work(start + 1ms, 16);
    EXPECT_EQ(work.open, 1U);
    EXPECT_EQ(work.further_frames, 15U);
    EXPECT_EQ(work.frames_due, 14);
    EXPECT_EQ(work.answered_turns, 16);
    EXPECT_EQ(work.turns, 2U);
}

}  // namespace
}  // namespace pt::client
