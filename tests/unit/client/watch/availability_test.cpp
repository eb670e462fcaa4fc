#include "client/watch/availability.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{};

TEST(Availability, NothingIsKnownBeforeTheFirstState) {
    Availability availability;
    availability.end(start + 10s);
    EXPECT_FALSE(availability.begun());
    EXPECT_FALSE(availability.percent());
}

TEST(Availability, AddsUpOutages) {
    Availability availability;
    availability.begin(start, FlowState::open, true);
    availability.change(start + 60s, FlowState::no_reply, false);
    availability.name("filtered, direction forward");
    availability.change(start + 70s, FlowState::open, true);
    availability.change(start + 80s, FlowState::refused, false);
    availability.change(start + 82s, FlowState::open, true);
    availability.end(start + 100s);
    EXPECT_EQ(availability.outage_count(), 2U);
    EXPECT_EQ(availability.down(), 12s);
    EXPECT_EQ(availability.longest(), 10s);
    EXPECT_DOUBLE_EQ(*availability.percent(), 88);
    EXPECT_EQ(availability.outages()[0].verdict, "filtered, direction forward");
    EXPECT_EQ(availability.outages()[1].state, FlowState::refused);
    EXPECT_EQ(availability.outages()[1].end, start + 82s);
}

TEST(Availability, APauseIsNeitherUpNorDown) {
    Availability availability;
    availability.begin(start, FlowState::open, true);
    availability.pause(start + 10s, start + 40s);
    availability.change(start + 50s, FlowState::no_reply, false);
    availability.pause(start + 55s, start + 65s);
    availability.change(start + 70s, FlowState::open, true);
    availability.end(start + 80s);
    EXPECT_EQ(availability.up(), 30s);
    EXPECT_EQ(availability.down(), 10s);
    EXPECT_EQ(availability.paused(), 40s);
    EXPECT_EQ(availability.outages()[0].duration, 10s);
}

TEST(Availability, AChangeMayLieBeforeAPauseThatIsKnown) {
    Availability availability;
    availability.begin(start, FlowState::open, true);
    availability.pause(start + 20s, start + 30s);
    availability.change(start + 10s, FlowState::no_reply, false);
    availability.end(start + 40s);
    EXPECT_EQ(availability.up(), 10s);
    EXPECT_EQ(availability.down(), 20s);
    EXPECT_EQ(availability.longest(), 20s);
    EXPECT_FALSE(availability.outages()[0].end);
}

TEST(Availability, WhatOverlapsIsNotWatchedOnce) {
    Availability availability;
    availability.begin(start, FlowState::open, true);
    availability.pause(start + 10s, start + 20s);
    availability.pause(start, start + 30s);
    availability.end(start + 40s);
    EXPECT_EQ(availability.paused(), 30s);
    EXPECT_EQ(availability.up(), 10s);
}

TEST(Availability, VeryManyOutagesAreCountedAndTheFirstAreKept) {
    Availability availability;
    availability.begin(start, FlowState::open, true);
    TimePoint now = start;
    for (int i = 0; i < 5'000; ++i) {
        availability.change(now += 1s, FlowState::no_reply, false);
        availability.change(now += 1s, FlowState::open, true);
    }
    availability.end(now);
    EXPECT_EQ(availability.outage_count(), 5'000U);
    EXPECT_EQ(availability.outages().size(), Availability::max_outages);
    EXPECT_DOUBLE_EQ(*availability.percent(), 50);
}

TEST(Availability, ManyPausesTakeNoMoreMemoryAndAllCount) {
    Availability availability;
    availability.begin(start, FlowState::open, true);
    TimePoint now = start;
    for (int i = 0; i < 1'000; ++i) {
        availability.pause(now, now + 1s);
        now += 2s;
    }
    availability.end(now);
    EXPECT_EQ(availability.paused(), 1'000s);
    EXPECT_EQ(availability.up(), 1'000s);
}

}  // namespace
}  // namespace pt::client
