#include "client/report/explain/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

ExplainFacts facts() {
    ExplainFacts facts;
    facts.ephemeral_range = {Port{32768}, Port{60999}};
    return facts;
}

/// One blank wherever a line was broken or indented.
std::string unwrapped(const std::string& text) {
    std::istringstream words{text};
    std::string out;
    for (std::string word; words >> word;) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

std::string explained(const std::vector<Result>& results, const ExplainFacts& known) {
    return explain(refs_to(results), known);
}

std::string story(const std::vector<Result>& results, const ExplainFacts& known = facts()) {
    return unwrapped(explained(results, known));
}

TEST(Explain, TellsWhereTheProbeCameFrom) {
    auto result = open_port(Protocol::tcp, 443);
    EXPECT_THAT(story({result}),
                HasSubstr("the ephemeral port 52123. The range of this host is 32768-60999 "
                          "(net.ipv4.ip_local_port_range). The range of IANA is 49152-65535, "
                          "which includes it."));
    result.local->port = Port{33000};
    EXPECT_THAT(story({result}), HasSubstr("does not include it: Linux uses its own range."));
    auto fixed = facts();
    fixed.source_port = Port{33000};
    EXPECT_THAT(story({result}, fixed),
                HasSubstr("Port 33000 of this host was set with --source-port"));
    EXPECT_THAT(story({result}, fixed), Not(HasSubstr("The kernel assigned")));
}

TEST(Explain, TellsWhatKindOfPortWasTried) {
    EXPECT_THAT(story({open_port(Protocol::tcp, 443)}),
                HasSubstr("tcp/443 is a system port (0-1023, RFC 6335). IANA lists it for the "
                          "service \"https\"."));
    EXPECT_THAT(story({open_port(Protocol::udp, 60001)}),
                HasSubstr("udp/60001 is a dynamic port (49152-65535, RFC 6335). IANA lists no "
                          "service for it."));
}

TEST(Explain, TheOtherProtocolIsAnotherPort) {
    EXPECT_THAT(story({open_port(Protocol::tcp, 53)}),
                HasSubstr("udp/53 has the same number but is a different port"));
    EXPECT_THAT(story({open_port(Protocol::tcp, 53)}), HasSubstr("It was not probed in this scan"));
    EXPECT_THAT(story({open_port(Protocol::tcp, 53), filtered_port(Protocol::udp, 53)}),
                HasSubstr("This scan probed it separately: filtered."));
}

TEST(Explain, DrawsWhatEachEndSaw) {
    auto result = open_port(Protocol::tcp, 443);
    result.seen->source = socket_address("203.0.113.9", 40001);
    result.seen->destination = socket_address("10.0.0.7", 8443);
    const std::string drawing =
        "    198.51.100.4:52123  --SYN------->  192.0.2.7:443       sent from here\n"
        "    192.0.2.7:443       --SYN, ACK-->  198.51.100.4:52123  received here\n"
        "    198.51.100.4:52123  --request--->  192.0.2.7:443       sent from here\n"
        "    203.0.113.9:40001   --request--->  10.0.0.7:8443       received by pt-server\n"
        "    10.0.0.7:8443       --echo------>  203.0.113.9:40001   sent by pt-server\n"
        "    192.0.2.7:443       --echo------>  198.51.100.4:52123  received here\n";
    EXPECT_THAT(explained({result}, facts()), HasSubstr(drawing));
    EXPECT_THAT(story({result}),
                HasSubstr("rewrote the source (NAT): sent from 198.51.100.4:52123, "
                          "received from 203.0.113.9:40001."));
    EXPECT_THAT(story({result}), HasSubstr("sent to 192.0.2.7:443, received at 10.0.0.7:8443."));
    EXPECT_THAT(story({open_port(Protocol::tcp, 443)}), HasSubstr("no NAT is visible"));
    EXPECT_THAT(explained({open_port(Protocol::udp, 443)}, facts()),
                HasSubstr("Packets, as seen at each end\n"
                          "    198.51.100.4:52123  --request-->  192.0.2.7:443 "));
}

TEST(Explain, NamesTheDeviceThatAnswered) {
    auto result = sample(Protocol::udp, 53, Verdict::rejected, Evidence::icmp_admin_prohibited);
    result.conclusion.by = address("10.77.1.1");
    EXPECT_THAT(story({result}),
                HasSubstr("10.77.1.1: not the target, so a router or a firewall on "
                          "the path."));
    EXPECT_THAT(story({result}), HasSubstr("10.77.1.1 --ICMP error--> 198.51.100.4:52123"));
    EXPECT_THAT(story({closed_port(Protocol::udp, 53)}),
                HasSubstr("192.0.2.7: the target itself."));
}

TEST(Explain, TellsWhenThePortIsGivenBack) {
    auto result = open_port(Protocol::tcp, 443);
    EXPECT_THAT(story({result}), HasSubstr("in TIME_WAIT, so that late segments cannot reach a new "
                                           "connection: on this host for 60 s."));
    result.closed_first = End::client;
    EXPECT_THAT(story({result}), HasSubstr("This end closed the connection first, so the kernel "
                                           "keeps port 52123 in TIME_WAIT for this destination for "
                                           "60 s"));
    result.closed_first = End::server;
    EXPECT_THAT(story({result}), HasSubstr("The other end closed the connection first"));
    auto fixed = facts();
    fixed.source_port = result.local->port;
    EXPECT_THAT(story({result}, fixed), HasSubstr("with a reset, which frees the port at once"));
    EXPECT_THAT(story({open_port(Protocol::udp, 53)}),
                HasSubstr("UDP has no connections: port 52123 was free"));
    EXPECT_THAT(story({filtered_port(Protocol::tcp, 53)}), HasSubstr("there is no TIME_WAIT"));
    EXPECT_THAT(story({sample(Protocol::tcp, 1, Verdict::answered, Evidence::data_reset)}),
                HasSubstr("without TIME_WAIT"));
}

TEST(Explain, TellsOfLostAttemptsAndOtherNotes) {
    auto result = open_port(Protocol::tcp, 443);
    result.notes = {"9 of 10 attempts were lost"};
    EXPECT_THAT(story({result}), HasSubstr("Note: 9 of 10 attempts were lost."));
}

TEST(Explain, AProbeThatNeverLeftHasNoJourney) {
    auto result = sample(Protocol::tcp, 443, Verdict::untested, Evidence::local_error);
    result.endpoint.address = IpAddress{};
    result.local.reset();
    result.attempts = 0;
    result.local_reason = "Name or service not known";
    const auto text = story({result});
    EXPECT_THAT(text, HasSubstr("tcp/443 is untested: Name or service not known."));
    EXPECT_THAT(text, Not(HasSubstr("Packets, as")));
    EXPECT_THAT(text, Not(HasSubstr("TIME_WAIT")));
}

TEST(Explain, TellsFewResultsAndTheFirstOfEachVerdictOfMany) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port <= 10; ++port) {
        results.push_back(port % 2 == 0 ? open_port(Protocol::tcp, port)
                                        : filtered_port(Protocol::tcp, port));
    }
    const auto text = explained(results, facts());
    EXPECT_THAT(text, HasSubstr("Explanation of tcp/1 on"));
    EXPECT_THAT(text, HasSubstr("Explanation of tcp/2 on"));
    EXPECT_THAT(text, Not(HasSubstr("Explanation of tcp/3 on")));
}

TEST(Explain, IsPlainTextForEveryVerdictAndEvidence) {
    for (const auto verdict : all_verdicts) {
        for (int value = 0; value <= static_cast<int>(Evidence::server_lost); ++value) {
            for (const auto protocol : all_protocols) {
                auto result = sample(protocol, 443, verdict, static_cast<Evidence>(value));
                result.host = hostile;
                result.local_reason = hostile;
                result.notes = {hostile};
                EXPECT_TRUE(is_plain_text(explained({result}, facts())));
                result.local.reset();
                EXPECT_TRUE(is_plain_text(explained({result}, {})));
            }
        }
    }
}

}  // namespace
}  // namespace pt::client
