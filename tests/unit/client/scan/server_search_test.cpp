#include "client/scan/server_search.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

using Next = ServerSearch::Next;
constexpr std::uint64_t wanted = 0xAAAA'AAAA'AAAA'AAAA;
constexpr std::uint64_t stranger = 7;

TEST(ServerSearch, OneConnectionThatLeadsElsewhereProvesNothing) {
    ServerSearch search{wanted, {wanted}};
    EXPECT_EQ(search.replied(stranger), Next::connect);
    EXPECT_EQ(search.refused(), Next::connect);
    EXPECT_EQ(search.replied(wanted), Next::ask);
}

TEST(ServerSearch, ManyInARowDo) {
    ServerSearch refused{wanted, {wanted}};
    ServerSearch restarted{wanted, {wanted}};
    for (std::size_t miss = 1; miss < ServerSearch::misses_believed; ++miss) {
        EXPECT_EQ(refused.refused(), Next::connect);
        EXPECT_EQ(restarted.replied(stranger), Next::connect);
    }
    EXPECT_EQ(refused.refused(), Next::lost);
    EXPECT_EQ(restarted.replied(stranger), Next::lost);
}

TEST(ServerSearch, AServerThatWasFoundOnceIsNotLost) {
    ServerSearch search{wanted, {wanted}};
    EXPECT_EQ(search.replied(wanted), Next::ask);
    for (std::size_t miss = 0; miss < 2 * ServerSearch::misses_believed; ++miss) {
        EXPECT_EQ(search.replied(stranger), Next::wait);
    }
}

TEST(ServerSearch, SeveralUnknownServersAreABalancersBackends) {
    ServerSearch search{wanted, {wanted}};
    for (std::size_t miss = 0; miss < ServerSearch::max_at_once; ++miss) {
        EXPECT_EQ(search.replied(stranger + miss % 2), Next::connect);
    }
    EXPECT_EQ(search.replied(stranger), Next::wait) << "the number of connections is bounded";
}

TEST(ServerSearch, OtherKnownServersDoNotTakeItsPlace) {
    constexpr std::uint64_t other = 5;
    ServerSearch search{wanted, {wanted, other}};
    std::size_t at_once = 0;
    for (std::size_t turn = 0; turn < 64; ++turn) {
        const Next next = search.replied(other);
        EXPECT_TRUE(next == Next::connect || next == Next::wait);
        at_once += next == Next::connect ? 1U : 0U;
    }
    EXPECT_EQ(at_once, 32U) << "one for each bit that is set in the wanted one";
}

}  // namespace
}  // namespace pt::client
