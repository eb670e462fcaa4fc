#include <gtest/gtest.h>

#include <chrono>

#include "client/watch/flow_monitor.hpp"
#include "flows_in_time.hpp"

/// Answers that are no echo: refusals, ICMP errors, connections of other services.
namespace pt::client {
namespace {

using namespace test;

TEST(FlowMonitorAnswers, TwoRefusalsMayBeForgedThreeAreAChange) {
    Flows flows;
    flows.attempts(2, FlowState::open);
    flows.attempts(2, FlowState::refused);
    flows.attempt(FlowState::open);
    EXPECT_EQ(flows.changes.size(), 1U);
    flows.attempts(3, FlowState::refused);
    ASSERT_EQ(flows.changes.size(), 2U);
    EXPECT_EQ(flows.changes[1].after, FlowState::refused);
}

TEST(FlowMonitorAnswers, SilenceBetweenLimitedIcmpErrorsChangesNothing) {
    Flows flows;
    flows.attempts(2, FlowState::open);
    for (int second = 0; second < 20; ++second) {
        flows.attempt(FlowState::refused);
        flows.attempts(4, FlowState::no_reply);
    }
    EXPECT_EQ(flows.monitor.state(), FlowState::refused);
    EXPECT_EQ(flows.changes.size(), 3U);  // no reply at first: one refusal may be forged
    flows.attempts(30, FlowState::no_reply);
    EXPECT_EQ(flows.monitor.state(), FlowState::no_reply);
}

TEST(FlowMonitorAnswers, OneForgedRefusalDoesNotRenameAnOutage) {
    Flows flows;
    flows.attempts(2, FlowState::open);
    flows.attempts(6, FlowState::no_reply);
    flows.attempt(FlowState::refused);
    flows.attempt(FlowState::unreachable);
    flows.attempts(3, FlowState::no_reply);
    EXPECT_EQ(flows.monitor.state(), FlowState::no_reply);
    EXPECT_EQ(flows.changes.size(), 2U);
}

TEST(FlowMonitorAnswers, ErrorsOfTwoKindsInTurnAreNoStreamOfChanges) {
    Flows flows;
    flows.attempts(2, FlowState::open);
    for (int i = 0; i < 50; ++i) {
        flows.attempt(FlowState::refused);
        flows.attempt(FlowState::unreachable);
    }
    EXPECT_LE(flows.changes.size(), 3U);
}

TEST(FlowMonitorAnswers, AConnectionWithoutEchoIsAFailureWhereTheEchoCame) {
    Flows flows;
    flows.attempts(2, FlowState::open);
    flows.attempts(5, FlowState::answered);
    EXPECT_EQ(flows.monitor.state(), FlowState::answered);
    flows.attempt(FlowState::open);
    EXPECT_EQ(flows.monitor.state(), FlowState::open);
}

TEST(FlowMonitorAnswers, AServiceThatSaysNothingIsAnswered) {
    FlowMonitor monitor{{.min_silent = 5, .min_timeout = 40ms}};
    monitor.sent(1, TimePoint{});
    monitor.connected(1);
    monitor.advance(TimePoint{} + 2999ms);
    EXPECT_EQ(monitor.state(), FlowState::unknown);
    monitor.advance(TimePoint{} + 3s);
    EXPECT_EQ(monitor.state(), FlowState::answered);
}

}  // namespace
}  // namespace pt::client
