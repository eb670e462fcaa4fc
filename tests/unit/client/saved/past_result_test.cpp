#include "client/saved/past_result.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

TEST(PastResult, OnlyWhatSaysSomethingOfTheNetworkStands) {
    EXPECT_TRUE(stands({Verdict::filtered, Evidence::silence, {}, {}}));
    EXPECT_TRUE(stands({Verdict::untested, Evidence::not_listening, {}, {}}));
    for (const auto evidence :
         {Evidence::interrupted, Evidence::server_lost, Evidence::local_error}) {
        EXPECT_FALSE(stands({Verdict::untested, evidence, {}, {}}));
    }
}

}  // namespace
}  // namespace pt::client
