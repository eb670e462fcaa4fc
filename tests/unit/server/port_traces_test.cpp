#include "server/port_traces.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
/// Began between those two.
constexpr RunTime run{{start, start + 1s}, start + 60s};

PortTraces traces_of(ConnectionTrace trace, TimePoint earliest, TimePoint latest) {
    PortTraces traces;
    add_trace(traces, trace, {earliest, latest}, run);
    return traces;
}

TEST(PortTraces, WhatCertainlyCameInTheRunsTimeIsItsOwn) {
    EXPECT_TRUE(traces_of(ConnectionTrace::half_open, start + 1s, start + 9s).half_open);
    EXPECT_TRUE(traces_of(ConnectionTrace::mute, start + 1s, start + 1s).mute);
    EXPECT_TRUE(traces_of(ConnectionTrace::reset, start + 60s, start + 60s).reset);
}

TEST(PortTraces, WhatMayHaveComeBeforeOrAfterItIsUncertain) {
    for (const auto kind : {ConnectionTrace::half_open, ConnectionTrace::mute}) {
        for (const auto& [earliest, latest] : {std::pair{start - 9s, start + 9s},
                                               {start, start + 999ms},
                                               {start + 999ms, start + 1s},
                                               {start + 59s, start + 61s},
                                               {start + 61s, start + 62s}}) {
            const auto traces = traces_of(kind, earliest, latest);
            EXPECT_TRUE(traces.uncertain && !traces.half_open && !traces.mute && !traces.earlier);
        }
    }
    EXPECT_FALSE(traces_of(ConnectionTrace::reset, start, start).uncertain);
}

TEST(PortTraces, WhatCameBeforeItIsNothingOfItsButMayStand) {
    const auto just_before = traces_of(ConnectionTrace::half_open, start - 9s, start - 1ns);
    EXPECT_TRUE(just_before.earlier && !just_before.half_open && !just_before.uncertain);
    EXPECT_FALSE(traces_of(ConnectionTrace::half_open, start - 5min, start - 128s).earlier);
    const auto mute = traces_of(ConnectionTrace::mute, start - 1s, start - 1s);
    EXPECT_FALSE(mute.mute || mute.uncertain || mute.earlier);
}

TEST(PortTraces, ARunBeganBeforeItsFirstFrameAndAsItsFramesTell) {
    const Journal::Beginning told{.first = start, .began = start - 2s};
    const auto time = run_time(told, start - 3s, start + 60s);
    EXPECT_LT(time.began.latest, start - 2s);
    EXPECT_GT(time.began.latest, start - 2s - 50ms) << "no more than clocks may be wrong";
    EXPECT_LT(time.began.earliest, start - 3s);
    EXPECT_EQ(time.until, start + 60s);
    const auto contradicted = run_time(told, start - 1s, start);
    EXPECT_EQ(contradicted.began.earliest, contradicted.began.latest);
    EXPECT_EQ(contradicted.began.latest - time.began.latest, 1s);
}

}  // namespace
}  // namespace pt::server
