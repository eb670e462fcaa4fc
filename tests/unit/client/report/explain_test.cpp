#include "client/report/explain/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/explain_texts.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Explain, AnswersFirstAndInOneSentence) {
    EXPECT_THAT(story({open_port(Protocol::tcp, 443)}),
                StartsWith("Explanation of tcp/443 on example.com (192.0.2.7) tcp/443 is open: a "
                           "request from your port 52123 reached pt-server and its reply came "
                           "back after 0.312 ms. Packets (1 attempt)"));
}

TEST(Explain, AnOpenPortMayLoseFrames) {
    auto result = open_port(Protocol::tcp, 443);
    result.frames_sent = 10;
    result.frames_lost = 3;
    EXPECT_THAT(story({result}), HasSubstr("came back after 0.312 ms, but 3 of 10 frames were "
                                           "lost."));
}

TEST(Explain, SaysOnWhichWayPacketsWereLostOnlyWhereThatIsKnown) {
    auto result = filtered_port(Protocol::udp, 53);
    EXPECT_THAT(story({result}), HasSubstr("udp/53 is filtered: no reply to 16 attempts; whether "
                                           "the request or a reply was lost, or nothing replied, "
                                           "is not proven."));
    result.conclusion.direction = Direction::forward;
    EXPECT_THAT(story({result}), HasSubstr("none of 16 attempts reached pt-server, so the requests "
                                           "were lost on the way there."));
    result.conclusion.direction = Direction::return_;
    EXPECT_THAT(story({result}), HasSubstr("so the replies were lost on the way back."));
}

TEST(Explain, HasItsPartsInOrder) {
    const auto text = explained({filtered_port(Protocol::tcp, 443)}, {});
    const std::vector<std::string> parts{"Explanation of", "is filtered: ", "\n  Packets (16",
                                         "\n  Firewall\n", "\n  Next\n",    "\nTerms\n"};
    std::size_t last = 0;
    for (const auto& part : parts) {
        const auto at = text.find(part);
        ASSERT_NE(at, std::string::npos) << part;
        EXPECT_GE(at, last) << part;
        last = at;
    }
}

TEST(Explain, GroupsPortsThatHaveOneExplanation) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port <= 10; ++port) {
        results.push_back(port % 2 == 0 ? open_port(Protocol::tcp, port)
                                        : filtered_port(Protocol::tcp, port));
    }
    const auto text = story(results);
    EXPECT_THAT(text, HasSubstr("Explanation of tcp/1 on"));
    EXPECT_THAT(text, HasSubstr("Explanation of tcp/2 on"));
    EXPECT_THAT(text, Not(HasSubstr("Explanation of tcp/3 on")));
    EXPECT_THAT(text, HasSubstr("One explanation for 5 ports"));
    EXPECT_THAT(text, HasSubstr("example.com (192.0.2.7) tcp/1,3,5,7,9 tcp/1 is filtered"));
    EXPECT_THAT(text, HasSubstr("example.com (192.0.2.7) tcp/2,4,6,8,10 tcp/2 is open"));
}

TEST(Explain, DoesNotGroupWhatDiffersInMoreThanThePort) {
    auto forward = filtered_port(Protocol::tcp, 1);
    forward.conclusion.direction = Direction::forward;
    auto behind_nat = open_port(Protocol::tcp, 3);
    behind_nat.seen->source = socket_address("203.0.113.9", 40001);
    const auto text = story({forward, filtered_port(Protocol::tcp, 2), behind_nat,
                             open_port(Protocol::tcp, 4), open_port(Protocol::udp, 4)});
    for (const char* port : {"tcp/1", "tcp/2", "tcp/3", "tcp/4", "udp/4"}) {
        EXPECT_THAT(text, HasSubstr(std::string{"Explanation of "} + port));
    }
}

TEST(Explain, DoesNotGroupWhatHasOtherSentences) {
    const auto expect_two = [](const Result& a, const Result& b) {
        EXPECT_THAT(story({a, a}), HasSubstr("One explanation for 2 ports"));
        EXPECT_THAT(story({a, b}), Not(HasSubstr("One explanation")));
    };
    auto one = sample(Protocol::tcp, 1, Verdict::untested, Evidence::local_error);
    auto other = one;
    one.local_error = 1;
    other.local_error = 98;
    expect_two(one, other);
    one.local_error = other.local_error = 0;
    other.local_reason = "Name or service not known";
    expect_two(one, other);

    one = other = open_port(Protocol::tcp, 1);
    other.endpoint.address = other.local->address;
    other.seen->destination.address = other.endpoint.address;
    expect_two(other, one);  // on one host
    other = one;
    other.frames_lost = 1;
    expect_two(one, other);
    one.seen->source = socket_address("203.0.113.9", 40001);
    other.frames_lost = 0;
    other.seen->destination = socket_address("10.0.0.7", 8443);
    expect_two(one, other);  // source or destination rewritten

    one = other = filtered_port(Protocol::tcp, 1);
    other.endpoint.address = address("2001:db8::7");
    expect_two(one, other);
    one = other = sample(Protocol::tcp, 1, Verdict::intercepted, Evidence::foreign_answer);
    one.findings = other.findings = Findings{};
    other.findings->data_resets = 1;
    expect_two(one, other);
}

TEST(Explain, ExplainsManyHostsInBoundedSpace) {
    std::vector<Result> results;
    for (std::uint16_t host = 0; host < 400; ++host) {
        auto result = filtered_port(Protocol::tcp, 443);
        result.host_place = host;
        result.host = "host" + std::to_string(host);
        results.push_back(std::move(result));
    }
    const auto text = explained(results, {});
    EXPECT_THAT(text, HasSubstr("... and 388 more ports of other hosts"));
    EXPECT_LT(text.size(), 10'000U);
}

TEST(Explain, ExplainsTermsOnce) {
    const auto text = explained({open_port(Protocol::tcp, 443), filtered_port(Protocol::udp, 53),
                                 closed_port(Protocol::tcp, 22)},
                                {});
    for (const char* once : {"0-1023 ", "Terms", "TCP beside UDP", "A port is a number",
                             "inet filter\", as Debian's"}) {
        const auto at = text.find(once);
        ASSERT_NE(at, std::string::npos) << once;
        EXPECT_EQ(text.find(once, at + 1), std::string::npos) << once;
    }
}

TEST(Explain, TellsWhatToTryNextByTheHint) {
    auto result = filtered_port(Protocol::tcp, 443);
    result.hint = Hint{"pt-server tcp/443", "pt-client example.com tcp/443"};
    EXPECT_THAT(story({result}), HasSubstr("on example.com: pt-server tcp/443 then here: "
                                           "pt-client example.com tcp/443"));
    EXPECT_THAT(story({open_port(Protocol::tcp, 443)}), HasSubstr("No question is open."));
}

TEST(Explain, TellsNotes) {
    auto result = open_port(Protocol::tcp, 443);
    result.notes = {"9 of 10 attempts were lost"};
    EXPECT_THAT(story({result}), HasSubstr("Note: 9 of 10 attempts were lost."));
}

TEST(Explain, AProbeThatNeverLeftHasNoDiagram) {
    auto result = sample(Protocol::tcp, 443, Verdict::untested, Evidence::local_error);
    result.endpoint.address = IpAddress{};
    result.local.reset();
    result.attempts = 0;
    result.local_reason = "Name or service not known";
    const auto text = story({result});
    EXPECT_THAT(text, HasSubstr("tcp/443 is untested: Name or service not known."));
    EXPECT_THAT(text, HasSubstr("No diagram: nothing is known of a packet that left this host."));
    EXPECT_THAT(text, HasSubstr("Next untested: the name has no address on this host."));
    EXPECT_THAT(text, Not(HasSubstr("released")));
    EXPECT_THAT(text, Not(HasSubstr("nft")));
    result.findings = Findings{};
    result.findings->connected = true;
    EXPECT_THAT(story({result}), HasSubstr("No diagram: a connection was established, but"));
}

TEST(Explain, NothingIsExplainedByNothing) { EXPECT_EQ(explained({}, {}), ""); }

}  // namespace
}  // namespace pt::client
