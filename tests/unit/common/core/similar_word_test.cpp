#include "common/core/similar_word.hpp"

#include <gtest/gtest.h>

#include <array>

namespace pt {
namespace {

constexpr std::array<std::string_view, 6> known{"check", "diff",        "wait",
                                                "list",  "concurrency", "source-port"};

TEST(SimilarWord, CountsSlips) {
    EXPECT_EQ(edit_distance("", ""), 0U);
    EXPECT_EQ(edit_distance("", "abc"), 3U);
    EXPECT_EQ(edit_distance("wait", "WAIT"), 0U);
    EXPECT_EQ(edit_distance("wiat", "wait"), 1U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
    EXPECT_EQ(edit_distance("ca", "abc"), 3U);  // no letter is changed twice
}

TEST(SimilarWord, AllowsOneSlipAndTwoInLongWords) {
    EXPECT_EQ(similar_word("chek", known), "check");
    EXPECT_EQ(similar_word("chekc", known), "check");
    EXPECT_EQ(similar_word("lits", known), "list");
    EXPECT_EQ(similar_word("concurency", known), "concurrency");
    EXPECT_EQ(similar_word("conurency", known), "concurrency");
    EXPECT_EQ(similar_word("conurenc", known), "");
    EXPECT_EQ(similar_word("chk", known), "");
    EXPECT_EQ(similar_word("db", known), "");
    EXPECT_EQ(similar_word("wait", known), "");
    EXPECT_EQ(similar_word("", known), "");
    EXPECT_EQ(similar_word(std::string(100'000, 'c'), known), "");
}

TEST(SimilarWord, CompletesWhatOneWordAloneBeginsWith) {
    EXPECT_EQ(similar_word("conc", known), "concurrency");
    EXPECT_EQ(similar_word("source", known), "source-port");
    constexpr std::array<std::string_view, 2> two{"source-port", "source-path"};
    EXPECT_EQ(similar_word("sour", two), "");
}

TEST(SimilarWord, IsQuotedInAMessage) {
    EXPECT_EQ(did_you_mean("chek", known), "; did you mean \"check\"?");
    EXPECT_EQ(did_you_mean("example.com", known), "");
}

}  // namespace
}  // namespace pt
