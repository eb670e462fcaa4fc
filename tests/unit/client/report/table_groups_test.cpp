#include "client/report/table_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;

TEST(GroupResults, TheRarestVerdictComesFirst) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port <= 50; ++port) {
        results.push_back(port == 22 || port == 25 ? open_port(Protocol::tcp, port)
                                                   : filtered_port(Protocol::tcp, port));
    }
    results.push_back(closed_port(Protocol::udp, 53));
    const auto groups = group_results(refs_to(results));
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[0].verdict(), Verdict::closed);
    EXPECT_EQ(groups[0].ports().to_string(), "udp/53");
    EXPECT_EQ(groups[1].ports().to_string(), "tcp/22,25");
    EXPECT_EQ(groups[2].ports().to_string(), "tcp/1-21,23-24,26-50");
}

TEST(GroupResults, WhatDiffersInWordsIsApart) {
    auto by_router = sample(Protocol::tcp, 1, Verdict::rejected, Evidence::icmp_admin_prohibited);
    by_router.conclusion.by = address("10.77.1.1");
    auto by_other = by_router;
    by_other.conclusion.by = address("10.77.2.1");
    by_other.endpoint.port = Port{2};
    const std::vector results{by_router, by_other};
    EXPECT_EQ(group_results(refs_to(results)).size(), 2U);
}

TEST(GroupResults, NatPortsDoNotSetResultsApart) {
    auto first = open_port(Protocol::tcp, 1);
    first.notes = {"source rewritten (NAT): the server saw 203.0.113.9:40001"};
    auto second = open_port(Protocol::tcp, 2);
    second.notes = {"source rewritten (NAT): the server saw 203.0.113.9:40002"};
    auto third = open_port(Protocol::tcp, 3);
    third.notes = {"source rewritten (NAT): the server saw 203.0.113.10:40003"};
    const std::vector results{first, second, third};
    const auto groups = group_results(refs_to(results));
    ASSERT_EQ(groups.size(), 2U);
    EXPECT_EQ(groups[1].members.size(), 2U);
    EXPECT_THAT(groups[1].notes, ElementsAre("source rewritten (NAT): the server saw 203.0.113.9"));
}

TEST(GroupResults, CountsOfLostAttemptsDoNotSetResultsApart) {
    auto first = open_port(Protocol::tcp, 1);
    first.notes = {"1 of 2 attempts were lost"};
    auto second = open_port(Protocol::tcp, 2);
    second.notes = {"12 of 1,016 attempts were lost"};
    auto third = open_port(Protocol::tcp, 3);
    third.notes = {"1 of 1 attempt were lost"};
    auto other = open_port(Protocol::tcp, 4);
    other.notes = {"2 of 5 attempts were refused: several backends?"};
    auto none = open_port(Protocol::tcp, 5);
    none.notes = {"2 of them"};
    const std::vector results{first, second, third, other, none};
    const auto groups = group_results(refs_to(results));
    ASSERT_EQ(groups.size(), 3U);
    EXPECT_EQ(groups[2].members.size(), 3U);
    EXPECT_THAT(groups[2].notes, ElementsAre("some attempts were lost"));
}

TEST(Wrapped, BreaksBehindCommasAndAtBlanks) {
    EXPECT_THAT(wrapped("tcp/22,80,443 udp/53", 11, 9), ElementsAre("tcp/22,80,", "443 udp/53"));
    EXPECT_THAT(wrapped("tcp/22", 2, 9), ElementsAre("tcp/22"));
    EXPECT_THAT(wrapped("", 10, 9), ElementsAre(""));
}

TEST(Wrapped, SaysHowMuchIsLeftOut) {
    EXPECT_THAT(wrapped("tcp/1,3,5,7", 6, 2), ElementsAre("tcp/1,", "3,5,7"));
    EXPECT_THAT(wrapped("tcp/11,33,55,77", 6, 2),
                ElementsAre("tcp/11,", "33,55,",
                            "... and 1 more line: --output csv or json names every port"));
}

}  // namespace
}  // namespace pt::client
