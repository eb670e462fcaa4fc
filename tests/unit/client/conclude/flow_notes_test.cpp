#include "client/conclude/flow_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Flows = std::vector<FlowOutcome>;
using Fate = std::function<bool(const FlowOutcome&)>;

/// `destinations` ports, each from `sources` source ports of the ephemeral range; sent one after
/// the other, 10 ms apart; what is lost is sent `tries` times.
Flows flows(std::uint16_t sources, std::uint16_t destinations, const Fate& is_lost,
            std::uint16_t tries = 3, Protocol protocol = Protocol::udp) {
    constexpr unsigned first = 32768;
    constexpr unsigned range = 60999 - first;
    Flows all;
    for (std::uint16_t source = 0; source < sources; ++source) {
        for (std::uint16_t destination = 0; destination < destinations; ++destination) {
            FlowOutcome flow;
            flow.protocol = protocol;
            flow.source = Port{static_cast<std::uint16_t>(first + source * range / sources)};
            flow.destination = Port{static_cast<std::uint16_t>(8000 + destination)};
            flow.last_sent = 10ms * static_cast<int>(all.size());
            flow.answered = !is_lost(flow);
            flow.sent = flow.answered ? 1 : tries;
            all.push_back(flow);
        }
    }
    return all;
}

bool below(const FlowOutcome& flow, unsigned limit) { return to_number(flow.source) < limit; }

TEST(FlowNotes, NothingLostIsNothingToSay) {
    EXPECT_THAT(flow_notes({}), IsEmpty());
    EXPECT_THAT(flow_notes(flows(16, 10, [](const FlowOutcome&) { return false; })), IsEmpty());
}

TEST(FlowNotes, ARuleThatPassesRepliesToHighPortsOnly) {
    const auto rule = [](const FlowOutcome& flow) { return below(flow, 49152); };
    EXPECT_THAT(flow_notes(flows(16, 1, rule)),
                ElementsAre("udp: no replies to source ports below about 49152: a stateless rule "
                            "for replies? (30 of 36 attempts on open ports were lost)"));
    EXPECT_THAT(flow_notes(flows(16, 10, rule)), ElementsAre(HasSubstr("below about 49152")));
}

TEST(FlowNotes, ALimitThatNobodyChoosesIsTheLowestPortThatWasAnswered) {
    const auto all = flows(100, 1, [](const FlowOutcome& flow) { return below(flow, 40000); });
    EXPECT_THAT(flow_notes(all), ElementsAre(HasSubstr("below about 40108")));
}

TEST(FlowNotes, ARuleThatPassesRepliesToLowPortsOnly) {
    const auto rule = [](const FlowOutcome& flow) { return !below(flow, 49152); };
    EXPECT_THAT(flow_notes(flows(16, 10, rule)), ElementsAre(HasSubstr("above about 49151")));
}

TEST(FlowNotes, LossesBesidesDoNotHideTheRule) {
    std::mt19937 random{1};
    const auto all = flows(
        400, 1, [&](const FlowOutcome& flow) { return below(flow, 49152) || random() % 10 == 0; });
    EXPECT_THAT(flow_notes(all), ElementsAre(HasSubstr("source ports below about")));
}

TEST(FlowNotes, FewSourcePortsProveNoRule) {
    for (std::uint16_t sources = 2; sources <= 14; ++sources) {
        const auto all =
            flows(sources, 10, [](const FlowOutcome& flow) { return below(flow, 46000); });
        EXPECT_THAT(flow_notes(all), ElementsAre(Not(HasSubstr("rule")))) << sources;
    }
}

TEST(FlowNotes, OneDeadSourcePortIsNoRuleHoweverManyFlowsItHas) {
    const auto all = flows(16, 50, [](const FlowOutcome& flow) { return below(flow, 32769); });
    EXPECT_THAT(flow_notes(all),
                ElementsAre("udp: 150 of 900 attempts on open ports were lost, and 50 of 800 "
                            "flows got no reply"));
}

/// Which of two paths a device chooses for a flow.
bool on_dead_path(const FlowOutcome& flow) {
    const std::uint32_t key = to_number(flow.source) * 65536U + to_number(flow.destination);
    return (std::mt19937{key}() >> 7U) % 2 == 0;
}

TEST(FlowNotes, FlowsThatAreLostEachTimeTakeADeadPath) {
    EXPECT_THAT(flow_notes(flows(16, 10, on_dead_path)),
                ElementsAre(HasSubstr("each of them whenever it was repeated: a dead path among "
                                      "several (ECMP, bonding)?")));
    EXPECT_THAT(flow_notes(flows(16, 10, on_dead_path, 3, Protocol::tcp)),
                ElementsAre(HasSubstr("tcp: ")));
}

TEST(FlowNotes, ADeadPathNeedsRepeats) {
    EXPECT_THAT(flow_notes(flows(16, 10, on_dead_path, 1)),
                ElementsAre(Not(HasSubstr("dead path"))));
    EXPECT_THAT(flow_notes(flows(4, 3, on_dead_path)), ElementsAre(Not(HasSubstr("dead path"))));
}

TEST(FlowNotes, AFlowThatRecoversShowsThatThePathIsNotDead) {
    auto all = flows(16, 10, on_dead_path);
    all.front().answered = true;
    all.front().sent = 2;
    EXPECT_THAT(flow_notes(all), ElementsAre(Not(HasSubstr("dead path"))));
}

TEST(FlowNotes, AWhileWithoutAnyAnswerIsNoDeadPath) {
    for (const bool at_start : {true, false}) {
        auto all = flows(16, 10, on_dead_path);
        for (FlowOutcome& flow : all) {
            flow.last_sent = flow.answered == at_start ? 2s : 1s;
        }
        EXPECT_THAT(flow_notes(all), ElementsAre(Not(HasSubstr("dead path")))) << at_start;
    }
    auto untimed = flows(16, 10, on_dead_path);
    for (FlowOutcome& flow : untimed) {
        flow.last_sent = {};
    }
    EXPECT_THAT(flow_notes(untimed), ElementsAre(Not(HasSubstr("dead path"))));
}

TEST(FlowNotes, WhatTheSourcePortAloneDecidesIsNoDeadPath) {
    const auto all =
        flows(16, 10, [](const FlowOutcome& flow) { return to_number(flow.source) % 3 == 0; });
    EXPECT_THAT(flow_notes(all), ElementsAre(Not(HasSubstr("dead path"))));
}

TEST(FlowNotes, ProtocolsAreToldApart) {
    auto all = flows(16, 10, on_dead_path);
    const auto tcp = flows(
        4, 5, [](const FlowOutcome& flow) { return to_number(flow.destination) == 8001; }, 1,
        Protocol::tcp);
    all.insert(all.end(), tcp.begin(), tcp.end());
    EXPECT_THAT(
        flow_notes(all),
        ElementsAre("tcp: 4 of 20 attempts on open ports were lost, and 4 of 20 flows got no "
                    "reply",
                    HasSubstr("udp: ")));
}

TEST(FlowLog, PutsTheAttemptsOfAFlowTogether) {
    const Endpoint dns{Protocol::udp, *IpAddress::parse("192.0.2.7"), Port{53}};
    FlowLog log;
    log.add(dns, Port{40000}, false, 1ms);
    log.add(dns, Port{40000}, false, 2ms);
    log.add(dns, Port{40001}, false, 3ms);
    log.add(dns, Port{40001}, true, 9ms);
    log.add({Protocol::tcp, dns.address, dns.port}, Port{40000}, true, 4ms);
    const auto all = log.flows();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].protocol, Protocol::tcp);
    EXPECT_TRUE(all[0].answered);
    EXPECT_EQ(all[1].sent, 2U);
    EXPECT_FALSE(all[1].answered);
    EXPECT_EQ(all[1].last_sent, 2ms);
    EXPECT_EQ(all[2].sent, 2U);
    EXPECT_TRUE(all[2].answered);
    EXPECT_EQ(all[2].last_sent, 9ms);
}

TEST(FlowLog, IsBounded) {
    FlowLog log;
    for (std::uint32_t port = 1; port < 20'000; ++port) {
        log.add({Protocol::udp, {}, Port{static_cast<std::uint16_t>(port)}}, Port{1}, true, 0ms);
    }
    EXPECT_EQ(log.flows().size(), FlowLog::max_flows);
}

TEST(FlowNotes, WhereFlowsWereLeftOutItSaysSo) {
    const auto some = [](const FlowOutcome& flow) { return to_number(flow.source) % 7 == 0; };
    EXPECT_THAT(flow_notes(flows(128, 8, some)), ElementsAre(HasSubstr(" of the first ")));
    EXPECT_THAT(flow_notes(flows(127, 8, some)), ElementsAre(Not(HasSubstr("first"))));
}

/// Packets that are lost by chance, at every rate: no cause is named.
TEST(FlowNotes, ChanceHasNoCause) {
    std::mt19937 random{7};
    std::size_t causes = 0;
    for (unsigned rate = 5; rate <= 95; rate += 5) {
        for (unsigned scan = 0; scan < 200; ++scan) {
            const auto sources = static_cast<std::uint16_t>(2 + random() % 30);
            const auto destinations = static_cast<std::uint16_t>(1 + random() % 10);
            auto all = flows(sources, destinations, [](const FlowOutcome&) { return false; });
            for (FlowOutcome& flow : all) {
                constexpr unsigned max_sent = 4;
                flow.sent = 0;
                flow.answered = false;
                while (!flow.answered && flow.sent < max_sent) {
                    ++flow.sent;
                    flow.answered = random() % 100 >= rate;
                }
            }
            for (const auto& note : flow_notes(all)) {
                causes += note.find('?') != std::string::npos ? 1U : 0U;
            }
        }
    }
    EXPECT_LE(causes, 2U) << "of 3,800 scans";
}

}  // namespace
}  // namespace pt::client
