#include "client/pace/rate_proof.hpp"

#include <gtest/gtest.h>

#include <random>

namespace pt::client {
namespace {

constexpr RateSample clean{8, 8, 0};
constexpr RateSample lossy{20, 4, 4};

std::optional<double> limit_of(const std::vector<RateSample>& samples) {
    RateProof proof;
    for (const RateSample& sample : samples) {
        proof.add(sample);
    }
    return proof.limit();
}

TEST(RateProof, NamesTheGreatestRateThatPassed) {
    const auto limit =
        limit_of({clean, clean, lossy, lossy, clean, clean, lossy, lossy, clean, clean});
    ASSERT_TRUE(limit);
    EXPECT_EQ(*limit, 8);
}

TEST(RateProof, NeedsLossesAtAll) {
    EXPECT_FALSE(limit_of({clean, clean, clean, clean, clean, {100, 50, 0}, {1'000, 500, 0}}));
}

TEST(RateProof, NeedsLossesThatBeginAgain) {
    EXPECT_FALSE(limit_of({lossy, lossy, lossy, lossy, clean, clean, clean, clean, clean}))
        << "the path may have been down at first";
}

TEST(RateProof, NeedsManyThatPassBelow) {
    EXPECT_FALSE(limit_of({clean, lossy, lossy, lossy, lossy}));
}

TEST(RateProof, IsNotFoundWhereAsMuchIsLostBelow) {
    const RateSample lossy_below{8, 4, 4};
    EXPECT_FALSE(
        limit_of({clean, clean, lossy, lossy_below, clean, lossy, lossy_below, clean, clean}));
}

TEST(RateProof, IsNotFoundByChance) {
    std::minstd_rand random{5};
    for (const double loss : {0.05, 0.15, 0.3, 0.58, 0.8}) {
        for (int scan = 0; scan < 300; ++scan) {
            RateProof proof;
            double rate = 20;
            for (int sample = 0; sample < 40; ++sample) {
                RateSample one{rate, 0, 0};
                for (int attempt = 0; attempt < 8; ++attempt) {
                    const bool lost = std::uniform_real_distribution<double>{}(random) < loss;
                    ++(lost ? one.lost : one.answered);
                }
                proof.add(one);
                rate *= one.loss() > 0.25 ? 0.7 : 1.4;
            }
            EXPECT_FALSE(proof.limit()) << loss;
        }
    }
}

}  // namespace
}  // namespace pt::client
