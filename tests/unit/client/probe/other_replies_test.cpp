#include "client/probe/other_replies.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr Nanoseconds later = 800ms;

TEST(OtherReplies, AServiceAnswersEachAttemptAsSoonAsTheOthers) {
    OtherReplies replies;
    EXPECT_FALSE(replies.any());
    replies.add(start, start + 10ms);
    replies.add(start + 500ms, start + 515ms);
    EXPECT_FALSE(replies.surely_answer(later)) << "a datagram to each of our ports takes longer";
    replies.add(start + 900ms, start + 912ms);
    EXPECT_TRUE(replies.surely_answer(later));
    EXPECT_TRUE(replies.answer(later, 3));
}

TEST(OtherReplies, ABusyServiceAnswersByTheEnd) {
    OtherReplies replies;
    replies.add(start, start + 10ms);
    replies.add(start + 500ms, start + 640ms);
    replies.add(start + 900ms, start + 970ms);
    EXPECT_FALSE(replies.surely_answer(later));
    EXPECT_TRUE(replies.answer(later, 16));
}

TEST(OtherReplies, FewAttemptsNeedFewReplies) {
    OtherReplies replies;
    replies.add(start, start + 10ms);
    EXPECT_FALSE(replies.answer(later, 2));
    replies.add(start + 900ms, start + 910ms);
    EXPECT_TRUE(replies.answer(later, 2));
    EXPECT_FALSE(replies.answer(later, 3));
}

TEST(OtherReplies, OneSweepOverAllPortsAnswersNothing) {
    OtherReplies replies;
    for (int attempt = 0; attempt < 8; ++attempt) {
        replies.add(start + attempt * 200ms, start + 1500ms + attempt * 20ms);
    }
    replies.add(std::nullopt, start + 1700ms);
    EXPECT_TRUE(replies.any());
    EXPECT_FALSE(replies.surely_answer(0ms));
    EXPECT_FALSE(replies.answer(0ms, 8));
}

TEST(OtherReplies, SweepsOverAndOverAnswerNothing) {
    OtherReplies replies;
    for (int sweep = 1; sweep <= 8; ++sweep) {
        for (int attempt = 0; attempt * 250 <= sweep * 300; ++attempt) {
            replies.add(start + attempt * 250ms, start + sweep * 300ms + attempt * 1ms);
        }
        EXPECT_FALSE(replies.surely_answer(later)) << sweep;
    }
    EXPECT_FALSE(replies.answer(later, 16));
}

/// To each port of ours every 13 ms: each attempt is followed by one at once.
TEST(OtherReplies, ADenseStreamAnswersNothing) {
    OtherReplies replies;
    for (int millisecond = 0; millisecond < 3000; millisecond += 13) {
        const int attempt = millisecond / 250;
        for (int earlier = 0; earlier <= attempt; ++earlier) {
            replies.add(start + earlier * 250ms, start + millisecond * 1ms);
        }
        EXPECT_FALSE(replies.surely_answer(later));
    }
    EXPECT_FALSE(replies.answer(later, 12));
}

TEST(OtherReplies, AServiceIsNotHiddenByThem) {
    OtherReplies replies;
    replies.add(std::nullopt, start);
    for (const auto sent : {100ms, 500ms, 900ms, 1700ms}) {
        replies.add(start + sent, start + sent + 40ms);
        replies.add(start + sent, start + sent + 300ms);
        replies.add(std::nullopt, start + sent + 300ms);
        EXPECT_FALSE(replies.surely_answer(later));
    }
    EXPECT_TRUE(replies.answer(later, 16));
}

TEST(OtherReplies, OneAnswerMayBeSeveralDatagrams) {
    OtherReplies replies;
    for (const auto sent : {0ms, 500ms, 900ms}) {
        for (const auto came : {20ms, 21ms, 90ms}) {
            replies.add(start + sent, start + sent + came);
        }
    }
    EXPECT_TRUE(replies.surely_answer(later));
}

}  // namespace
}  // namespace pt::client
