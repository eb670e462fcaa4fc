#include "client/pace/pacing_modes.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

const AttemptPlan defaults{16, 3500ms};

PacingModes modes(std::size_t probes, bool exact_tries = false, bool exact_timeout = false) {
    return pacing_modes({probes, defaults, 100'000, exact_tries, exact_timeout});
}

TEST(PacingModes, AFewProbesSpareNothingButWhereAllIsFast) {
    const auto few = modes(1'024);
    EXPECT_EQ(few.full.tries(), 16U);
    EXPECT_EQ(few.normal.tries(), 16U);
    EXPECT_EQ(few.normal.timeout(), 3500ms);
    EXPECT_EQ(few.fast.timeout(), 1200ms);
    EXPECT_EQ(modes(1'025).normal.timeout(), 3s);
}

TEST(PacingModes, ManyProbesShareTheAttempts) {
    EXPECT_EQ(modes(10'000).normal.tries(), 10U);
    EXPECT_EQ(modes(65'535).normal.tries(), 5U) << "never fewer";
    EXPECT_EQ(modes(65'535).fast.tries(), 5U);
    EXPECT_EQ(modes(65'535).full.tries(), 16U);
}

TEST(PacingModes, WhatTheUserHasSetIsKept) {
    const auto exact = modes(65'535, true, true);
    EXPECT_EQ(exact.normal.tries(), 16U);
    EXPECT_EQ(exact.normal.timeout(), 3500ms);
    EXPECT_EQ(exact.fast.timeout(), 3500ms);
    EXPECT_EQ(exact.stopped.tries(), 2U);
    EXPECT_EQ(exact.stopped.timeout(), 1s);
}

TEST(PacingModes, NoneIsMorePatientThanThePlan) {
    const auto hasty = pacing_modes({65'535, {1, 200ms}, 100'000, false, false});
    for (const AttemptPlan& mode : {hasty.normal, hasty.fast, hasty.stopped}) {
        EXPECT_EQ(mode.tries(), 1U);
        EXPECT_EQ(mode.timeout(), 200ms);
    }
}

}  // namespace
}  // namespace pt::client
