#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <queue>
#include <random>
#include <utility>
#include <vector>

#include "client/pace/schedule.hpp"

/// The schedule against networks that lose packets, each in its own way, under virtual time: every
/// port is open, so each probe that is given up would be a false "filtered".
namespace pt::client {
namespace {

using namespace std::chrono_literals;
using Action = Schedule::Action;

constexpr std::uint64_t seed = 11;

/// What the network does with an attempt that starts at that time: true, it passes and is answered.
using Passes = std::function<bool(TimePoint)>;
/// The same, for attempts that leave from other source ports than those that have been answered.
using FlowPasses = std::function<bool()>;

struct Outcome {
    std::size_t answered = 0;
    std::size_t given_up = 0;
    std::size_t false_filtered = 0;  ///< open ports among those given up
    std::size_t attempts = 0;
    Nanoseconds took{};
    std::optional<double> limit;
    bool stopped = false;
};

using IsOpen = std::function<bool(std::size_t probe)>;

Outcome run(
    std::size_t probes, std::size_t window, Nanoseconds round_trip, const Passes& passes,
    const IsOpen& is_open = [](std::size_t) { return true; },
    const FlowPasses& flow_passes = [] { return true; }) {
    constexpr auto per_attempt = 15us;  // that is how long a sender takes for one
    Schedule schedule{probes, AttemptPlan{16, 3500ms}, {60'000, window, 0}, seed};
    struct Answer {
        TimePoint at;
        std::size_t probe;
        unsigned attempt;
        std::uint32_t control;
        bool operator>(const Answer& other) const { return at > other.at; }
    };
    std::priority_queue<Answer, std::vector<Answer>, std::greater<>> answers;
    std::vector<bool> answered(probes);
    const TimePoint start{1h};
    TimePoint now = start;
    Outcome outcome;
    const auto take = [&](const Answer& answer) {
        if (answer.control != 0) {
            schedule.control_answered(answer.control, now);
        } else if (!answered[answer.probe] && schedule.open(slot_at(answer.probe))) {
            answered[answer.probe] = true;
            ++outcome.answered;
            schedule.note_echo(slot_at(answer.probe), answer.attempt, now, round_trip);
            schedule.decided(slot_at(answer.probe));
            schedule.observe(now, round_trip, answer.attempt);
        }
    };
    for (;;) {
        while (!answers.empty() && answers.top().at <= now) {
            const Answer answer = answers.top();
            answers.pop();
            take(answer);
        }
        const auto step = schedule.next(now);
        switch (step.action) {
            case Action::attempt:
            case Action::control:
                ++outcome.attempts;
                if (passes(now) && is_open(to_index(step.slot)) &&
                    (step.action == Action::control || flow_passes())) {
                    answers.push(
                        {now + round_trip, to_index(step.slot), step.attempt, step.control});
                }
                now += per_attempt;
                break;
            case Action::rest:
            case Action::drop_control: break;
            case Action::give_up:
                ++outcome.given_up;
                outcome.false_filtered += is_open(to_index(step.slot)) ? 1U : 0U;
                break;
            case Action::wait:
                now = answers.empty() ? step.until : std::min(step.until, answers.top().at);
                break;
            case Action::done:
                outcome.took = now - start;
                outcome.limit = schedule.rate_limit();
                outcome.stopped = !schedule.stopped_answering().empty();
                return outcome;
        }
    }
}

Passes chance(double loss) {
    return [loss, random = std::minstd_rand{3}](TimePoint) mutable {
        return std::uniform_real_distribution<double>{}(random) >= loss;
    };
}

/// A policer: so many packets a second, with some room for a burst.
Passes policer(double per_second, double burst) {
    return [=, tokens = burst, last = TimePoint{1h}](TimePoint now) mutable {
        const std::chrono::duration<double> passed = now - last;
        tokens = std::min(burst, tokens + passed.count() * per_second);
        last = now;
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    };
}

TEST(ScheduleInANetwork, SendsAsFastAsItCanWhereNothingIsLost) {
    const auto outcome = run(65'535, 1024, 200us, [](TimePoint) { return true; });
    EXPECT_EQ(outcome.answered, 65'535U);
    EXPECT_EQ(outcome.attempts, 65'535U);
    EXPECT_LT(outcome.took, 1100ms);
}

TEST(ScheduleInANetwork, ALongWayDoesNotMakeItCrawl) {
    const auto outcome = run(65'535, 256, 100ms, [](TimePoint) { return true; });
    EXPECT_EQ(outcome.answered, 65'535U);
    EXPECT_LT(outcome.took, 25s);
}

TEST(ScheduleInANetwork, SlowsDownForAPolicerInsteadOfLosingPorts) {
    for (const double per_second : {1'000.0, 5'000.0, 20'000.0}) {
        const auto outcome = run(20'000, 1024, 200us, policer(per_second, 100));
        EXPECT_EQ(outcome.given_up, 0U) << per_second;
        EXPECT_EQ(outcome.answered, 20'000U) << per_second;
        EXPECT_LT(outcome.took, 2.5s * (20'000 / per_second) + 5s) << per_second;
    }
}

TEST(ScheduleInANetwork, SlowsDownForAPolicerOverEveryPort) {
    const auto outcome = run(65'535, 1024, 2ms, policer(4'000, 50));
    EXPECT_EQ(outcome.given_up, 0U);
    EXPECT_EQ(outcome.answered, 65'535U);
}

TEST(ScheduleInANetwork, DoesNotSlowDownForLossByChance) {
    // Both ways of 15 % make 28 %.
    const auto without = run(65'535, 1024, 200us, chance(0));
    const auto with = run(65'535, 1024, 200us, chance(0.28));
    EXPECT_EQ(with.given_up, 0U);
    EXPECT_EQ(with.answered, 65'535U);
    EXPECT_LT(with.took, without.took + 8s);
}

TEST(ScheduleInANetwork, AWayThatIsDownForAMomentMakesNoPortFiltered) {
    for (const Nanoseconds begins : {0ms, 300ms, 700ms}) {
        const auto outcome = run(65'535, 1024, 200us, [=](TimePoint now) {
            const Nanoseconds at = now - TimePoint{1h};
            return at < begins || at >= begins + 1500ms;
        });
        EXPECT_EQ(outcome.given_up, 0U) << begins.count();
    }
}

TEST(ScheduleInANetwork, DroppedPortsCostTheirTimeOnceAndNotForLong) {
    std::size_t number = 0;
    const auto outcome = run(65'535, 1024, 200us, [&](TimePoint) { return ++number % 100 != 0; });
    EXPECT_EQ(outcome.given_up, 0U);
    const auto dropped = run(65'535, 1024, 200us, [](TimePoint) { return false; });
    EXPECT_EQ(dropped.given_up, 65'535U);
    EXPECT_LT(dropped.took, 15s);
}

/// Whatever a policer lets through, with or without room for a burst: no open port is given up.
TEST(ScheduleInANetwork, FindsEveryOpenPortBehindAPolicer) {
    struct Case {
        double per_second;
        double burst;
        std::size_t probes;
        Nanoseconds at_most;
    };
    for (const Case& policed :
         {Case{5, 1, 60, 40s}, Case{5, 5, 100, 60s}, Case{25, 50, 400, 40s}, Case{25, 1, 400, 50s},
          Case{100, 10, 1'000, 40s}, Case{1'000, 100, 5'000, 40s}, Case{10'000, 1, 65'535, 60s}}) {
        for (const Nanoseconds trip : {Nanoseconds{200us}, Nanoseconds{30ms}}) {
            const auto outcome =
                run(policed.probes, 512, trip, policer(policed.per_second, policed.burst));
            EXPECT_EQ(outcome.given_up, 0U) << policed.per_second << " a second";
            EXPECT_EQ(outcome.answered, policed.probes) << policed.per_second << " a second";
            EXPECT_LT(outcome.took, policed.at_most) << policed.per_second << " a second";
        }
    }
}

TEST(ScheduleInANetwork, NamesTheRateOfAPolicer) {
    const auto outcome = run(400, 512, 200us, policer(25, 50));
    ASSERT_TRUE(outcome.limit);
    EXPECT_GT(*outcome.limit, 12);
    EXPECT_LT(*outcome.limit, 38);
}

TEST(ScheduleInANetwork, FindsTheFewOpenPortsAmongManyDroppedOnesBehindAPolicer) {
    for (const double per_second : {10.0, 50.0, 400.0}) {
        const auto outcome = run(400, 512, 200us, policer(per_second, 20),
                                 [](std::size_t probe) { return probe % 20 == 0; });
        EXPECT_EQ(outcome.false_filtered, 0U) << per_second << " a second";
        EXPECT_EQ(outcome.given_up, 380U) << per_second << " a second";
        EXPECT_LT(outcome.took, 400s) << per_second << " a second";
    }
}

TEST(ScheduleInANetwork, AFewDroppedPortsCostNothingWhereTheRestIsAnswered) {
    const auto outcome = run(
        20, 512, 200us, [](TimePoint) { return true; },
        [](std::size_t probe) { return probe > 3; });
    EXPECT_EQ(outcome.given_up, 4U);
    EXPECT_EQ(outcome.false_filtered, 0U);
    EXPECT_LT(outcome.took, 4s);
    EXPECT_FALSE(outcome.limit);
}

TEST(ScheduleInANetwork, NamesNoRateWhereLossIsByChance) {
    for (const double loss : {0.1, 0.28, 0.51, 0.7}) {
        const auto outcome =
            run(300, 512, 200us, chance(loss), [](std::size_t probe) { return probe % 2 == 0; });
        EXPECT_EQ(outcome.false_filtered, 0U) << loss;
        EXPECT_FALSE(outcome.limit) << loss;
        EXPECT_LT(outcome.took, 90s) << loss;
    }
}

/// As over UDP, where control attempts come from a source port that was answered.
TEST(ScheduleInANetwork, NamesNoRateWhereTheFlowDecides) {
    for (const double loss : {0.33, 0.5, 0.58, 0.67}) {
        auto flow_passes = [loss, random = std::minstd_rand{3}]() mutable {
            return std::uniform_real_distribution<double>{}(random) >= loss;
        };
        for (const std::size_t probes : {8U, 30U, 60U}) {
            const auto outcome = run(
                probes, 512, 200us, [](TimePoint) { return true; },
                [](std::size_t probe) { return probe % 2 == 0; }, flow_passes);
            EXPECT_EQ(outcome.false_filtered, 0U) << loss;
            EXPECT_FALSE(outcome.limit) << loss;
            EXPECT_LT(outcome.took, 13s) << loss;
        }
    }
}

/// A rule for source ports or a dead path of several stops half of the flows, or two of three.
TEST(ScheduleInANetwork, AFewPortsInDoubtTakeLittleTime) {
    for (const double loss : {0.3, 0.5, 0.58, 0.67}) {
        for (const std::size_t probes : {4U, 8U, 30U, 60U}) {
            const auto outcome = run(probes, 512, 200us, chance(loss),
                                     [](std::size_t probe) { return probe % 2 == 0; });
            EXPECT_FALSE(outcome.limit) << loss;
            EXPECT_LT(outcome.took, 13s) << loss << ' ' << probes;
        }
    }
}

/// Their own round trips have passed before silence is believed: a limit shows then, too.
TEST(ScheduleInANetwork, FindsOpenPortsBehindAPolicerAtTheEndOfALongWay) {
    const auto outcome = run(60, 512, 1600ms, policer(25, 20));
    EXPECT_EQ(outcome.given_up, 0U);
    EXPECT_LT(outcome.took, 40s);
}

TEST(ScheduleInANetwork, EndsWhereOpenPortsStopAnswering) {
    std::size_t passed = 0;
    const auto outcome = run(50, 512, 200us, [&](TimePoint) { return ++passed <= 20; });
    EXPECT_EQ(outcome.answered, 20U);
    EXPECT_EQ(outcome.given_up, 30U);
    EXPECT_TRUE(outcome.stopped);
    EXPECT_LT(outcome.took, 12s);
}

/// At the pace that spares answers, sixteen attempts for each port would take 25 s.
TEST(ScheduleInANetwork, WhereNothingEverAnswersItHastens) {
    const auto outcome = run(4'096, 64, 1ms, [](TimePoint) { return false; });
    EXPECT_EQ(outcome.given_up, 4'096U);
    EXPECT_LT(outcome.took, 10s);
}

}  // namespace
}  // namespace pt::client
