#include "client/result/describe.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "samples.hpp"

namespace pt::client {
namespace {

Result by_icmp(Protocol protocol, Verdict verdict, Evidence evidence, std::string_view by) {
    auto result = sample(protocol, 443, verdict, evidence);
    if (!by.empty()) {
        result.conclusion.by = address(by);
    }
    return result;
}

TEST(Describe, SaysWhoSentAnIcmpError) {
    struct {
        Verdict verdict;
        Evidence evidence;
        const char* by;
        const char* words;
    } const cases[] = {
        {Verdict::rejected, Evidence::icmp_admin_prohibited, "10.77.1.1",
         "rejected by 10.77.1.1: ICMP administratively prohibited"},
        {Verdict::rejected, Evidence::icmp_admin_prohibited, "192.0.2.7",
         "rejected by the target: ICMP administratively prohibited"},
        {Verdict::rejected, Evidence::icmp_admin_prohibited, "198.51.100.4",
         "rejected by this host: ICMP administratively prohibited"},
        {Verdict::rejected, Evidence::icmp_admin_prohibited, "",
         "rejected by an unknown sender: ICMP administratively prohibited"},
        {Verdict::rejected, Evidence::icmp_port_unreachable, "10.77.1.1",
         "rejected by 10.77.1.1: ICMP port unreachable"},
        {Verdict::rejected, Evidence::icmp_protocol_unreachable, "10.77.1.1",
         "rejected by 10.77.1.1: ICMP protocol unreachable"},
        {Verdict::rejected, Evidence::icmp_parameter_problem, "10.77.1.1",
         "rejected by 10.77.1.1: ICMP parameter problem"},
        {Verdict::closed, Evidence::icmp_port_unreachable, "192.0.2.7",
         "refused by the target: ICMP port unreachable"},
        {Verdict::unreachable, Evidence::icmp_host_unreachable, "10.77.1.1",
         "ICMP host unreachable, from 10.77.1.1"},
        {Verdict::unreachable, Evidence::icmp_host_unreachable, "198.51.100.4",
         "ICMP host unreachable, from this host"},
        {Verdict::unreachable, Evidence::icmp_net_unreachable, "10.77.1.1",
         "ICMP network unreachable, from 10.77.1.1"},
        {Verdict::unreachable, Evidence::icmp_time_exceeded, "10.77.1.1",
         "ICMP time exceeded, from 10.77.1.1"},
    };
    for (const auto& [verdict, evidence, by, words] : cases) {
        EXPECT_EQ(describe(by_icmp(Protocol::udp, verdict, evidence, by)), words);
    }
}

TEST(Describe, UsesTheWordsOfIcmpv6) {
    auto result =
        by_icmp(Protocol::udp, Verdict::unreachable, Evidence::icmp_net_unreachable, "2001:db8::1");
    result.endpoint.address = address("2001:db8:1::7");
    EXPECT_EQ(describe(result), "ICMPv6 no route to destination, from 2001:db8::1");
    result.conclusion.evidence = Evidence::icmp_host_unreachable;
    EXPECT_EQ(describe(result), "ICMPv6 address unreachable, from 2001:db8::1");
}

TEST(Describe, FilteredSaysItsDirection) {
    auto result = filtered_port(Protocol::udp, 53);
    EXPECT_EQ(describe(result), "no reply to 16 attempts");
    result.conclusion.direction = Direction::forward;
    EXPECT_EQ(describe(result), "none of 16 attempts reached pt-server");
    result.conclusion.direction = Direction::return_;
    result.attempts = 1;
    EXPECT_EQ(describe(result), "pt-server was reached, but no reply to 1 attempt was received");
    result.conclusion.direction = Direction::forward;
    EXPECT_EQ(describe(result), "the only attempt did not reach pt-server");
}

TEST(Describe, UntestedSaysWhy) {
    auto result = sample(Protocol::tcp, 443, Verdict::untested, Evidence::local_error);
    result.local_error = ENETDOWN;
    EXPECT_EQ(describe(result), "Network is down");
    EXPECT_EQ(local_reason(result), "Network is down");
    result.local_reason = "Name or service not known";
    EXPECT_EQ(describe(result), "Name or service not known");
    EXPECT_EQ(local_reason(open_port(Protocol::tcp, 443)), "");
    result.conclusion.evidence = Evidence::interrupted;
    EXPECT_EQ(describe(result), "interrupted before a reply was received");
    result.conclusion.evidence = Evidence::not_listening;
    EXPECT_EQ(describe(result), "pt-server does not listen on this port");
}

TEST(Describe, LostFramesOfAnOpenPort) {
    auto result = open_port(Protocol::udp, 53);
    EXPECT_EQ(describe(result), "echo received");
    result.frames_sent = 10;
    result.frames_lost = 2;
    EXPECT_EQ(describe(result), "echo received, but 2 of 10 frames were lost");
}

TEST(Describe, EveryEvidenceHasPlainWordsOfItsOwn) {
    std::vector<std::string> all;
    for (int value = 0; value <= static_cast<int>(Evidence::server_lost); ++value) {
        auto result = sample(Protocol::tcp, 443, Verdict::untested, static_cast<Evidence>(value));
        result.local_reason = hostile;
        result.host = hostile;
        const auto words = describe(result);
        EXPECT_TRUE(is_plain_text(words)) << words;
        EXPECT_GT(words.size(), 5U) << value;
        EXPECT_EQ(std::find(all.begin(), all.end(), words), all.end()) << words;
        all.push_back(words);
    }
}

TEST(Describe, AServerThatCouldNotAnswerWasLostOrNot) {
    auto result = sample(Protocol::tcp, 443, Verdict::untested, Evidence::server_lost);
    result.findings = Findings{.server_lost = true};
    EXPECT_EQ(describe(result), "pt-server was lost during the scan");
    result.findings = Findings{};
    EXPECT_EQ(describe(result), "pt-server could not answer") << "a note says why";
}

TEST(Describe, IcmpErrorsInTheWordsOfTheirRfcs) {
    EXPECT_EQ(icmp_text(IcmpMeaning::host_unreachable, false), "host unreachable");
    EXPECT_EQ(icmp_text(IcmpMeaning::host_unreachable, true), "address unreachable");
    EXPECT_EQ(icmp_text(IcmpMeaning::other, false), "error");
}

TEST(Describe, TellsNoNumberOfAttemptsWhereNoneIsKnown) {
    auto result = filtered_port(Protocol::tcp, 443);
    result.attempts = 0;
    EXPECT_EQ(describe(result), "no reply");
    result.conclusion.direction = Direction::forward;
    EXPECT_EQ(describe(result), "no attempt reached pt-server");
    result.conclusion.direction = Direction::return_;
    EXPECT_EQ(describe(result), "pt-server was reached, but no reply was received");
}

}  // namespace
}  // namespace pt::client
