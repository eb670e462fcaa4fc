#include <gtest/gtest.h>

#include <chrono>
#include <vector>

#include "client/pace/schedule.hpp"

/// The schedule where all attempts of a probe have one source port (--source-port), under virtual
/// time: the next one ends the one before it.
namespace pt::client {
namespace {

using namespace std::chrono_literals;
using Action = Schedule::Action;

constexpr TimePoint start{1h};

Schedule::Limits one_at_a_time() {
    Schedule::Limits limits{.in_flight = 100, .window = 100};
    limits.controls = false;
    limits.one_at_a_time = true;
    return limits;
}

struct Silent {
    std::vector<Nanoseconds> attempts;
    Nanoseconds given_up{};
};

/// What becomes of a probe that nothing answers, where a handshake of another one took that long
/// (0: no other is answered).
Silent run(Schedule::Limits limits, Nanoseconds round_trip) {
    Schedule schedule{2, AttemptPlan{16, 3500ms}, limits, 7};
    constexpr std::size_t silent = 1;
    TimePoint now = start;
    TimePoint answered = TimePoint::max();
    Silent seen;
    for (;;) {
        if (round_trip > 0ms && schedule.open(slot_at(0)) && now >= answered) {
            schedule.showed_life(slot_at(0), round_trip);
            schedule.note_echo(slot_at(0), 1, now, round_trip);
            schedule.decided(slot_at(0));
        }
        const auto step = schedule.next(now);
        switch (step.action) {
            case Action::attempt:
                if (to_index(step.slot) == silent) {
                    seen.attempts.push_back(now - start);
                } else {
                    answered = std::min(answered, now + round_trip);
                }
                break;
            case Action::give_up:
                seen.given_up = to_index(step.slot) == silent ? now - start : seen.given_up;
                break;
            case Action::wait:
                EXPECT_GT(step.until, now);
                now = round_trip > 0ms && schedule.open(slot_at(0)) ? std::min(step.until, answered)
                                                                    : step.until;
                break;
            case Action::done: return seen;
            case Action::rest:
            case Action::control:
            case Action::drop_control: ADD_FAILURE(); return seen;
        }
    }
}

TEST(ScheduleOfOnePort, ReplacesNoAttemptBeforeARoundTripWasMeasured) {
    const Silent seen = run(one_at_a_time(), 0ms);
    EXPECT_EQ(seen.attempts.size(), 1U);
    EXPECT_GE(seen.given_up, 3500ms);
    EXPECT_LT(seen.given_up, 3700ms);
}

TEST(ScheduleOfOnePort, MakesAllAttemptsWhereRoundTripsAreShort) {
    const Silent seen = run(one_at_a_time(), 1ms);
    EXPECT_GE(seen.attempts.size(), 14U);
    EXPECT_LT(seen.given_up, 3700ms);
}

TEST(ScheduleOfOnePort, GivesEachAttemptSeveralRoundTrips) {
    const Silent seen = run(one_at_a_time(), 300ms);
    EXPECT_GE(seen.attempts.size(), 2U);
    for (std::size_t next = 1; next < seen.attempts.size(); ++next) {
        EXPECT_GE(seen.attempts[next] - seen.attempts[next - 1], 1200ms);
    }
    EXPECT_GE(seen.given_up - seen.attempts.back(), 1200ms);
    EXPECT_LT(seen.given_up, 3700ms);
}

TEST(ScheduleOfOnePort, WaitsLongerAtTheEndOfALongWay) {
    EXPECT_GE(run(one_at_a_time(), 2s).given_up, 8s) << "a handshake, the data, and as long again";
    auto limits = one_at_a_time();
    limits.exact_timeout = true;
    EXPECT_LT(run(limits, 2s).given_up, 3700ms) << "the user's limit is kept";
}

}  // namespace
}  // namespace pt::client
