#include "client/pace/steady_pace.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};

/// Sends control attempts at the pace's own rate for a while.
TimePoint drive(SteadyPace& pace, Nanoseconds time, const std::function<bool(TimePoint)>& passes) {
    TimePoint now = start;
    while (now < start + time) {
        pace.note_control(now, passes(now), now);
        now +=
            std::chrono::duration_cast<Nanoseconds>(std::chrono::duration<double>{1 / pace.rate()});
    }
    return now;
}

std::function<bool(TimePoint)> policer(double per_second) {
    return [=, tokens = 1.0, last = start](TimePoint now) mutable {
        tokens =
            std::min(1.0, tokens + std::chrono::duration<double>(now - last).count() * per_second);
        last = now;
        const bool passes = tokens >= 1;
        tokens -= passes ? 1 : 0;
        return passes;
    };
}

TEST(SteadyPace, SettlesAtWhatAPolicerLetsThrough) {
    for (const double limit : {5.0, 25.0, 300.0}) {
        for (const double begin : {limit / 4, limit, limit * 3}) {
            SteadyPace pace{{begin * 1.25, 4, 1}, 5'000, start};
            drive(pace, 60s, policer(limit));
            EXPECT_LT(pace.rate(), limit * 2) << limit << " from " << begin;
            EXPECT_GT(pace.rate(), limit / 3) << limit << " from " << begin;
            EXPECT_FALSE(pace.lost_at_any_rate()) << limit << " from " << begin;
            ASSERT_TRUE(pace.limit()) << limit << " from " << begin;
            EXPECT_GT(*pace.limit(), limit / 2) << "from " << begin;
            EXPECT_LT(*pace.limit(), limit * 1.25) << "from " << begin;
        }
    }
}

TEST(SteadyPace, KnowsLossByChance) {
    for (const double loss : {0.4, 0.6, 0.8}) {
        SteadyPace pace{{20, 4, 1}, 5'000, start};
        drive(pace, 300s, [loss, random = std::minstd_rand{5}](TimePoint) mutable {
            return std::uniform_real_distribution<double>{}(random) >= loss;
        });
        EXPECT_TRUE(pace.lost_at_any_rate()) << loss;
        EXPECT_FALSE(pace.limit()) << loss;
    }
}

TEST(SteadyPace, KeepsToTheUsersBound) {
    SteadyPace pace{{50, 4, 0}, 10, start};
    EXPECT_EQ(pace.rate(), 10);
    drive(pace, 10s, [](TimePoint) { return true; });
    EXPECT_EQ(pace.rate(), 10);
}

}  // namespace
}  // namespace pt::client
