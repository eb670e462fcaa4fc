#include "client/pace/congestion_window.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr Nanoseconds under_way = 10ms;

/// Answers at an even rate for a while, one in `lost_of` of them to a second attempt.
TimePoint answer(CongestionWindow& window, TimePoint from, Nanoseconds how_long, int per_second,
                 int lost_of, Nanoseconds round_trip = 1ms) {
    const Nanoseconds gap = Nanoseconds{1s} / per_second;
    int number = 0;
    for (TimePoint now = from; now < from + how_long; now += gap) {
        const bool lost = lost_of > 0 && ++number % lost_of == 0;
        window.note_answer(now, lost ? 1 : 0, round_trip, under_way);
    }
    return from + how_long;
}

constexpr TimePoint start{1h};

TEST(CongestionWindow, StaysAsItIsBeforeItKnowsAnything) {
    CongestionWindow window{256};
    EXPECT_EQ(window.size(), 256U);
    window.note_answer(start, 15, 1ms, under_way);
    EXPECT_EQ(window.size(), 256U);
}

TEST(CongestionWindow, GrowsWhereNothingIsLostButNotForEver) {
    CongestionWindow window{256};
    answer(window, start, 1s, 10'000, 0);
    EXPECT_GT(window.size(), 256U);
    answer(window, start + 1s, 60s, 1'000, 0);
    EXPECT_EQ(window.size(), 1024U);
}

TEST(CongestionWindow, IsCutToWhatBringsAnswers) {
    CongestionWindow window{256};
    answer(window, start, 310ms, 10'000, 2);
    EXPECT_NEAR(static_cast<double>(window.size()), 110, 5) << "10,000 a second for 10 ms";
    answer(window, start + 310ms, 10s, 10'000, 2);  // the rate of answers does not suffer
    EXPECT_NEAR(static_cast<double>(window.size()), 110, 5) << "so it stays, while there is loss";
    answer(window, start + 11s, 2s, 10'000, 0);
    EXPECT_GT(window.size(), 130U) << "and grows when there is none";
}

TEST(CongestionWindow, GoesBackWhereSlowerMeansFewerAnswers) {
    CongestionWindow window{256};
    auto now = answer(window, start, 310ms, 10'000, 2);
    EXPECT_LT(window.size(), 128U);
    now = answer(window, now, 700ms, 5'000, 2);
    EXPECT_EQ(window.size(), 256U);
    answer(window, now, 3s, 10'000, 2);
    EXPECT_EQ(window.size(), 256U) << "loss by chance is left alone for a while";
}

TEST(CongestionWindow, GivesBackWhatItGrewByWhereAllHaveToWait) {
    CongestionWindow window{256};
    const auto now = answer(window, start, 10s, 10'000, 0);
    EXPECT_EQ(window.size(), 1024U);
    answer(window, now, 10s, 10'000, 0, 100ms);
    EXPECT_EQ(window.size(), 256U);
}

TEST(CongestionWindow, ALongWayIsNoWaiting) {
    CongestionWindow window{256};
    answer(window, start, 60s, 1'000, 0, 300ms);
    EXPECT_EQ(window.size(), 1024U);
}

TEST(CongestionWindow, TakesLossForNoWaiting) {
    CongestionWindow window{256};
    for (TimePoint now = start; now < start + 10s; now += 1ms) {
        const bool repeated = (now - start) / 1ms % 20 == 0;
        window.note_answer(now, repeated ? 1 : 0,
                           repeated ? std::nullopt : std::optional<Nanoseconds>{1ms}, under_way);
    }
    EXPECT_EQ(window.size(), 256U);
}

TEST(CongestionWindow, LeavesALittleLossAlone) {
    CongestionWindow window{256};
    answer(window, start, 10s, 10'000, 20);
    EXPECT_EQ(window.size(), 256U);
}

TEST(CongestionWindow, FewAnswersDecideNothing) {
    CongestionWindow window{256};
    answer(window, start, 2s, 10, 1);
    EXPECT_EQ(window.size(), 256U);
}

TEST(CongestionWindow, NeverShrinksToNothing) {
    CongestionWindow window{8};
    answer(window, start, 60s, 1'000, 1);
    EXPECT_GE(window.size(), 1U);
    EXPECT_GE(CongestionWindow{0}.size(), 1U);
}

}  // namespace
}  // namespace pt::client
