#include "client/probe/source_spread.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pt::client {
namespace {

constexpr std::pair usual{Port{32768}, Port{60999}};

TEST(SourceSpread, SixteenAttemptsInARowComeFromSixteenParts) {
    SourceSpread spread{usual, 7};
    std::set<unsigned> parts;
    for (unsigned attempt = 2; attempt < 2 + SourceSpread::parts; ++attempt) {
        const auto port = spread.draw(attempt);
        ASSERT_TRUE(port);
        ASSERT_GE(to_number(*port), 32768);
        ASSERT_LE(to_number(*port), 60999);
        parts.insert((to_number(*port) - 32768U) * SourceSpread::parts / 28232U);
    }
    EXPECT_EQ(parts.size(), SourceSpread::parts);
}

TEST(SourceSpread, TwoAttemptsInARowAreFarFromEachOther) {
    SourceSpread spread{usual, 7};
    for (unsigned attempt = 2; attempt < 32; ++attempt) {
        const int one = to_number(*spread.draw(attempt));
        const int next = to_number(*spread.draw(attempt + 1));
        EXPECT_GT(std::abs(one - next), 28232 / 8) << attempt;
    }
}

TEST(SourceSpread, KeepsToARangeOfFewPorts) {
    SourceSpread spread{std::pair{Port{61000}, Port{61004}}, 7};
    for (unsigned attempt = 1; attempt < 40; ++attempt) {
        const auto port = spread.draw(attempt);
        EXPECT_GE(to_number(*port), 61000);
        EXPECT_LE(to_number(*port), 61004);
    }
}

TEST(SourceSpread, WithoutARangeTheKernelChooses) {
    SourceSpread spread{std::nullopt, 7};
    EXPECT_FALSE(spread.draw(1));
}

}  // namespace
}  // namespace pt::client
