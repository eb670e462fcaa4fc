#include "client/watch/flow_monitor.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <vector>

#include "flows_in_time.hpp"

namespace pt::client {
namespace {

using namespace test;

TEST(FlowMonitor, OneEchoIsProof) {
    Flows flows;
    flows.attempt(FlowState::open);
    ASSERT_EQ(flows.changes.size(), 1U);
    EXPECT_EQ(flows.changes[0].before, FlowState::unknown);
    EXPECT_EQ(flows.changes[0].after, FlowState::open);
    EXPECT_FALSE(flows.changes[0].earliest);
}

TEST(FlowMonitor, FourLossesInARowAreNoOutage) {
    Flows flows;
    flows.attempts(3, FlowState::open);
    flows.attempts(4, FlowState::no_reply);
    flows.attempts(3, FlowState::open);
    EXPECT_EQ(flows.monitor.state(), FlowState::open);
    EXPECT_EQ(flows.changes.size(), 1U);
    EXPECT_EQ(flows.monitor.unanswered(), 4U);
    EXPECT_EQ(flows.monitor.decided(), 10U);
}

TEST(FlowMonitor, FiveLossesAreOneBetweenTheLastAnswerAndTheFirstLoss) {
    Flows flows;
    flows.attempts(3, FlowState::open);
    const TimePoint first_loss = flows.now();
    flows.attempts(5, FlowState::no_reply);
    ASSERT_EQ(flows.changes.size(), 2U);
    EXPECT_EQ(flows.changes[1].after, FlowState::no_reply);
    EXPECT_EQ(flows.changes[1].earliest, first_loss - gap);
    EXPECT_EQ(flows.changes[1].latest, first_loss);
}

TEST(FlowMonitor, AChangeIsDecidedWithinAnIntervalAndTheTimeout) {
    FlowMonitor monitor{{.min_silent = 5, .min_timeout = 40ms}};
    TimePoint now{};
    monitor.sent(1, now);
    monitor.finished(1, FlowState::open, trip, now);
    // The rule comes right after that attempt has passed.
    for (std::uint64_t id = 2; id <= 6; ++id) {
        monitor.sent(id, now += gap);
    }
    monitor.advance(now + 39ms);
    EXPECT_EQ(monitor.state(), FlowState::open);
    ASSERT_EQ(monitor.next_due(), now + 40ms);
    monitor.advance(now + 40ms);
    EXPECT_EQ(monitor.state(), FlowState::no_reply);
    EXPECT_LE(now + 40ms, TimePoint{} + 1s + 50ms);
}

TEST(FlowMonitor, WhereManyAttemptsAreLostByChanceMoreInARowAreNeeded) {
    constexpr int in_six_hours = 6 * 3600 * 5;
    for (const double loss : {0.02, 0.1, 0.3}) {
        Flows flows;
        std::mt19937 chance{7};
        std::bernoulli_distribution is_lost{loss};
        for (int i = 0; i < in_six_hours; ++i) {
            flows.attempt(is_lost(chance) ? FlowState::no_reply : FlowState::open);
        }
        EXPECT_LE(flows.changes.size(), 1U + 2U) << loss;  // one outage
        // A real outage is found all the same.
        flows.attempts(30, FlowState::no_reply);
        EXPECT_EQ(flows.monitor.state(), FlowState::no_reply) << loss;
    }
}

TEST(FlowMonitor, AnOutageDoesNotCountAsLossByChance) {
    Flows flows;
    for (int i = 0; i < 20; ++i) {
        flows.attempts(5, FlowState::open);
        flows.attempts(5, FlowState::no_reply);
    }
    EXPECT_EQ(flows.changes.size(), 40U);
}

TEST(FlowMonitor, AnEchoEndsAnOutageAtOnce) {
    Flows flows;
    flows.attempts(2, FlowState::open);
    flows.attempts(9, FlowState::no_reply);
    const TimePoint back = flows.now();
    flows.attempt(FlowState::open);
    ASSERT_EQ(flows.changes.size(), 3U);
    EXPECT_EQ(flows.changes[2].before, FlowState::no_reply);
    EXPECT_EQ(flows.changes[2].earliest, back - gap);
    EXPECT_EQ(flows.changes[2].latest, back);
}

TEST(FlowMonitor, AReplyThatComesLateIsNoLoss) {
    FlowMonitor monitor{{.min_silent = 5, .min_timeout = 40ms}};
    TimePoint now{};
    monitor.sent(1, now);
    monitor.finished(1, FlowState::open, trip, now);
    for (std::uint64_t id = 2; id <= 5; ++id) {
        monitor.sent(id, now += gap);
    }
    monitor.advance(now + 100ms);
    EXPECT_EQ(monitor.unanswered(), 4U);
    monitor.finished(5, FlowState::open, std::nullopt, now + 100ms);
    monitor.sent(6, now += gap);
    monitor.advance(now + 100ms);
    EXPECT_EQ(monitor.state(), FlowState::open);
    EXPECT_EQ(monitor.unanswered(), 4U);  // three, and the last one
}

TEST(FlowMonitor, WhatWasUnderWayDuringAPauseDecidesNothing) {
    Flows flows;
    flows.attempts(2, FlowState::open);
    for (int pause = 0; pause < 20; ++pause) {
        flows.monitor.sent(1'000 + static_cast<std::uint64_t>(pause), flows.now());
        flows.monitor.discard_all();
        flows.monitor.advance(flows.now() + 10s);
    }
    EXPECT_EQ(flows.monitor.state(), FlowState::open);
    EXPECT_EQ(flows.monitor.unanswered(), 0U);
}

TEST(FlowMonitor, AQueueThatIsReleasedAtOnceIsOneChange) {
    FlowMonitor monitor{{.min_silent = 20, .min_timeout = 40ms}};
    TimePoint now{};
    monitor.sent(1, now);
    monitor.finished(1, FlowState::open, trip, now + trip);
    constexpr std::uint64_t last = 101;
    for (std::uint64_t id = 2; id <= last; ++id) {
        monitor.sent(id, now += 50ms);
        monitor.advance(now);
    }
    EXPECT_EQ(monitor.state(), FlowState::no_reply);
    for (std::uint64_t id = 2; id <= last; ++id) {
        monitor.finished(id, FlowState::open, std::nullopt, now + 10ms);
        monitor.advance(now + 10ms);
    }
    std::vector<FlowChange> changes;
    while (const auto change = monitor.take_change()) {
        changes.push_back(*change);
    }
    ASSERT_EQ(changes.size(), 3U);
    EXPECT_EQ(changes[2].after, FlowState::open);
    EXPECT_TRUE(!changes[2].earliest || *changes[2].earliest < changes[2].latest);
}

TEST(FlowMonitor, TcpNeedsTwoRoundTripsForItsEcho) {
    FlowMonitor monitor{{.min_silent = 5, .min_timeout = 40ms, .round_trips = 2}};
    constexpr Nanoseconds far = 520ms;
    TimePoint now{};
    std::uint64_t id = 0;
    for (; id < 100; ++id) {  // replies come in order, five attempts later
        monitor.sent(id + 1, now);
        if (id >= 6) {
            monitor.connected(id - 2);
            monitor.finished(id - 5, FlowState::open, far, now);
        }
        monitor.advance(now);
        now += gap;
    }
    EXPECT_EQ(monitor.state(), FlowState::open);
    EXPECT_EQ(monitor.unanswered(), 0U);
    EXPECT_TRUE(monitor.take_change());
    EXPECT_FALSE(monitor.take_change());
}

TEST(FlowMonitor, WhatIsSentAgainIsBackWhenItsReplyComes) {
    FlowMonitor monitor{{.min_silent = 1, .min_timeout = 1s, .repeats = true}};
    monitor.sent(1, TimePoint{});
    monitor.finished(1, FlowState::open, trip, TimePoint{} + trip);
    monitor.sent(2, TimePoint{} + 50ms);
    monitor.advance(TimePoint{} + 1050ms);
    monitor.finished(2, FlowState::open, std::nullopt, TimePoint{} + 7s);
    monitor.take_change();
    const auto lost = monitor.take_change();
    ASSERT_TRUE(lost);
    EXPECT_EQ(lost->latest, TimePoint{} + 50ms);
    const auto back = monitor.take_change();
    ASSERT_TRUE(back);
    EXPECT_EQ(back->latest, TimePoint{} + 7s);
    EXPECT_FALSE(back->earliest);
}

TEST(FlowMonitor, TheTimeoutFollowsTheRoundTrip) {
    FlowMonitor monitor{{.min_silent = 5, .min_timeout = 40ms}};
    EXPECT_EQ(monitor.timeout(), 3s);
    monitor.sent(1, TimePoint{});
    monitor.finished(1, FlowState::open, 1ms, TimePoint{} + 1ms);
    EXPECT_EQ(monitor.timeout(), 40ms);
    for (std::uint64_t id = 2; id < 40; ++id) {
        monitor.sent(id, TimePoint{});
        monitor.finished(id, FlowState::open, 300ms, TimePoint{} + 300ms);
    }
    EXPECT_GT(monitor.timeout(), 300ms);
}

}  // namespace
}  // namespace pt::client
