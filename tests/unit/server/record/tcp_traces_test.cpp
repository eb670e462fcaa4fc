#include "server/record/tcp_traces.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr ScanTime scan{{start, start + 1s}, start + 60s};
constexpr SourceKey ours = 0x0000000100000001;
constexpr SourceKey others = 0x0000000300000001;
constexpr Port port{80};

class Traces : public testing::Test {
protected:
    TcpTraces::Found found(Port where = port) const {
        return traces_.find(where, std::vector{ours}, ignored_, scan);
    }
    void attempt(TimePoint earliest, TimePoint latest, SourceKey source = ours) {
        traces_.note_attempt(port, source, {earliest, latest});
    }

    std::vector<SourceKey> ignored_;
    TcpTraces traces_;
};

TEST_F(Traces, TellsWhatTheScanLeftOnEachPort) {
    attempt(start + 2s, start + 3s);
    traces_.note_established(Port{81}, ours, start + 2s);
    traces_.note_reset(Port{82}, ours, start + 2s);
    EXPECT_EQ(found().attempt, (Attribution{.ours = true}));
    EXPECT_EQ(found().established, Attribution{});
    EXPECT_EQ(found(Port{81}).established, (Attribution{.ours = true}));
    EXPECT_TRUE(found(Port{82}).reset);
    EXPECT_FALSE(found(Port{81}).reset);
    EXPECT_EQ(found(Port{83}).attempt, Attribution{});
    EXPECT_EQ(traces_.changes(), 3U);
}

TEST_F(Traces, OfOthersOnlyThatTheyCame) {
    attempt(start + 2s, start + 3s, others);
    traces_.note_established(port, others, start + 2s);
    traces_.note_reset(port, others, start + 2s);
    EXPECT_EQ(found().attempt, (Attribution{.other = true}));
    EXPECT_EQ(found().established, (Attribution{.other = true}));
    EXPECT_FALSE(found().reset);
    ignored_ = {others};
    EXPECT_EQ(found().attempt, Attribution{});
}

TEST_F(Traces, KeepsTheLatestOfEitherBound) {
    attempt(start + 1s, start + 2s);
    attempt(start - 9s, start + 3s);
    EXPECT_EQ(found().attempt, (Attribution{.ours = true}));
    attempt(start - 9s, start + 99s);
    EXPECT_EQ(found().attempt, (Attribution{.other = true}));
}

TEST_F(Traces, AConnectionThatDeliversAfterAllIsWithdrawn) {
    const auto before = traces_.note_established(port, ours, start + 2s);
    EXPECT_EQ(before, TimePoint{});
    traces_.withdraw_established(port, ours, start + 2s, before);
    EXPECT_EQ(found().established, Attribution{});
}

TEST_F(Traces, ButNotOneThatCameInTheMeantime) {
    const auto before = traces_.note_established(port, ours, start + 2s);
    EXPECT_EQ(traces_.note_established(port, ours, start + 3s), start + 2s);
    traces_.withdraw_established(port, ours, start + 2s, before);
    EXPECT_EQ(found().established, (Attribution{.ours = true}));
    traces_.withdraw_established(Port{1}, others, start, {});
}

TEST_F(Traces, AWithdrawnOneLeavesNothingBehindAndTheOthersWhole) {
    for (const Port number : {Port{80}, Port{81}, Port{95}}) {
        traces_.note_established(number, ours, start + 2s);
    }
    traces_.note_attempt(Port{95}, ours, {start + 2s, start + 2s});
    for (const Port number : {Port{80}, Port{95}, Port{81}}) {
        traces_.withdraw_established(number, ours, start + 2s, {});
    }
    EXPECT_FALSE(traces_.has_any(Port{80}, start));
    EXPECT_FALSE(traces_.has_any(Port{81}, start));
    EXPECT_EQ(found(Port{95}).attempt, (Attribution{.ours = true}));
    EXPECT_EQ(found(Port{95}).established, Attribution{});
    attempt(start + 3s, start + 3s);
    EXPECT_EQ(found().attempt, (Attribution{.ours = true}));
}

TEST_F(Traces, AHandshakeFromBeforeMayStand) {
    attempt(start - 9s, start - 1s);
    EXPECT_TRUE(found().standing);
    EXPECT_EQ(found().attempt, Attribution{});
    traces_.note_attempt(Port{81}, ours, {start - 5min, start - 128s});
    EXPECT_FALSE(found(Port{81}).standing);
    traces_.note_attempt(Port{82}, others, {start - 9s, start - 1s});
    EXPECT_FALSE(found(Port{82}).standing) << "it has other ends";
}

TEST_F(Traces, WhatHadToMakeRoomMayBeAnybodys) {
    attempt(start + 2s, start + 2s);
    for (SourceKey more = 0; more < TcpTraces::sources_per_port; ++more) {
        EXPECT_EQ(found().attempt.ours, true);
        EXPECT_FALSE(traces_.has_displaced(port, start));
        attempt(start + 3s, start + 3s, others + more);
    }
    EXPECT_EQ(found().attempt, (Attribution{.other = true}));
    EXPECT_TRUE(traces_.has_displaced(port, start));
    EXPECT_TRUE(found().standing) << "nobody knows";
}

TEST_F(Traces, FindsThePortsOfAPeer) {
    constexpr SourceKey elsewhere = 0x0000000100000009;
    traces_.note_established(port, elsewhere, start + 2s);
    traces_.note_established(Port{65535}, others, start + 2s);
    const std::vector sources{ours};
    EXPECT_FALSE(traces_.has_from(port, sources, KeyMatch::source, start));
    EXPECT_TRUE(traces_.has_from(port, sources, KeyMatch::peer, start));
    EXPECT_FALSE(traces_.has_from(port, sources, KeyMatch::peer, start + 3s));
    EXPECT_FALSE(traces_.has_from(Port{65535}, sources, KeyMatch::peer, start));
    EXPECT_TRUE(traces_.has_any(Port{65535}, start));
    EXPECT_FALSE(traces_.has_any(Port{65534}, TimePoint{}));
}

TEST_F(Traces, CountConnectionsThatBroughtNoFrame) {
    const std::vector sources{ours};
    const auto count = [&](TimePoint since) {
        return traces_.established_count(port, sources, KeyMatch::source, since);
    };
    EXPECT_EQ(count(start), 0U);
    const auto before = traces_.note_established(port, ours, start + 2s);
    traces_.note_established(port, ours, start + 3s);
    traces_.note_established(port, others, start + 3s);
    EXPECT_EQ(count(start), 2U);
    EXPECT_EQ(count(start + 4s), 0U);
    traces_.withdraw_established(port, ours, start + 2s, before);
    EXPECT_EQ(count(start), 1U);
    traces_.note_established(port, ours, start + 5min);
    EXPECT_EQ(count(start), 1U) << "of another scan";
}

TEST_F(Traces, KnowAHandshakeThatWasOpenForLong) {
    const std::vector sources{ours};
    attempt(start + 2s, start + 2s);
    EXPECT_FALSE(traces_.has_long_half_open(port, sources, KeyMatch::source, start));
    traces_.note_long_half_open(port, ours, start + 2s);
    EXPECT_TRUE(traces_.has_long_half_open(port, sources, KeyMatch::source, start + 2s));
    EXPECT_FALSE(traces_.has_long_half_open(port, sources, KeyMatch::source, start + 3s));
}

}  // namespace
}  // namespace pt::server
