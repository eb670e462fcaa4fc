#include "client/policy/policy_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/policy/policy_values.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* head = "version: 1\ntests:\n";

Expected<Policy> read(const std::string& text) {
    std::istringstream file{text};
    return read_policy(file, "policy.yaml");
}

/// "tcp/22,80 blocked; udp/53 open", of the only test.
std::string in_words(const std::string& test) {
    const auto policy = read(std::string{head} + test);
    if (!policy) {
        return policy.error().message;
    }
    std::string text;
    for (const Expectation& expectation : policy->tests.front().expectations) {
        text += text.empty() ? "" : "; ";
        for (const auto& range : expectation.ports) {
            text += describe(range) + ' ';
        }
        text += describe(expectation.wanted);
    }
    return text;
}

TEST(PolicyFile, HasTestsWithHostsAndExpectations) {
    const auto policy = read(R"(version: 1
tests:
  - name: the application reaches the database
    from: app
    to: [db, web.example]
    open: [tcp/5432, udp/53]
    max_rtt: 50ms
hosts: {db: 10.0.0.5}
defaults: {timeout: 3s, proof: any}
)");
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_EQ(policy->timeout, 3s);
    const PolicyTest& test = policy->tests.front();
    EXPECT_EQ(test.name, "the application reaches the database");
    EXPECT_EQ(test.from, "app");
    EXPECT_EQ(describe(test.to[0]), "db (10.0.0.5)");
    EXPECT_EQ(describe(test.to[1]), "web.example");
    const Wanted wanted{.kind = Wanted::Kind::open, .proof = Proof::any, .max_rtt = 50ms};
    EXPECT_EQ(test.expectations.front().wanted, wanted);
}

TEST(PolicyFile, ATestWithoutANameIsNamedForItsHost) {
    EXPECT_EQ(read(std::string{head} + "- {to: db, open: tcp/1}")->tests.front().name, "to db");
}

TEST(PolicyFile, OnePortIsNoPartOfARange) {
    EXPECT_EQ(in_words("- {to: a, open: [tcp/22], blocked: [tcp/1-100, udp/53]}"),
              "tcp/22 open; tcp/1-21 tcp/23-100 udp/53 blocked");
    EXPECT_EQ(in_words("- {to: a, blocked: tcp/all, tcp/443: answered, \"tcp/80,81\": closed}"),
              "tcp/1-79 tcp/82-442 tcp/444-65535 blocked; tcp/443 answered; tcp/80-81 closed");
    EXPECT_EQ(in_words("- {to: a, open: tcp/1-9, blocked: tcp/5}"),
              "tcp/1-4 tcp/6-9 open; tcp/5 blocked");
    EXPECT_EQ(in_words("- {to: a, open: any/53, udp/53: {verdict: filtered, direction: forward}}"),
              "policy.yaml line 3, column 25: udp/53 is expected to be both open and filtered, "
              "direction forward");
    EXPECT_EQ(in_words("- {to: a, open: tcp/1-9, tcp/5-7: closed}"),
              "policy.yaml line 3, column 26: tcp/5-7 is expected to be both open and closed");
    EXPECT_EQ(in_words("- {to: a, open: tcp/5, blocked: [tcp/1-9, tcp/5]}"),
              "policy.yaml line 3, column 43: tcp/5 is expected to be both open and blocked");
}

TEST(PolicyFile, ValuesHaveSeveralForms) {
    EXPECT_EQ(in_words("- {to: a, tcp/1: [open, answered]}"), "tcp/1 open or answered");
    EXPECT_EQ(in_words("- {to: a, tcp/1: {verdict: [rejected, filtered], by: 192.0.2.1}}"),
              "tcp/1 rejected or filtered, by 192.0.2.1");
    EXPECT_EQ(in_words("- {to: a, closed: [tcp/1, tcp/2], answered: tcp/3}"),
              "tcp/1-2 closed; tcp/3 answered");
    EXPECT_EQ(in_words("- {to: a, blocked: tcp/1, method: drop}"), "tcp/1 blocked by drop");
    EXPECT_EQ(in_words("- {to: a, tcp/1: open, open: tcp/2}"), "tcp/1-2 open");
    EXPECT_EQ(in_words("- {to: a, max_rtt: 5ms, open: tcp/1, tcp/2: closed}"),
              "tcp/1 open, round trip up to 5.00 ms; tcp/2 closed");
    EXPECT_EQ(in_words("- {to: a, open: [\"udp/53,123\"]}"), "udp/53 udp/123 open");
}

TEST(PolicyFile, AnErrorSaysWhereAndWhatIsAllowed) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"", "line 1, column 1: no policy"},
        {"- 1\n- 2", "line 1, column 1: no policy"},
        {"{\"pt\": \"0.1\", \"results\": []}", "the output of a scan, not a policy"},
        {"version: 2\ntests: []", "line 1, column 10: version \"2\" is not known; allowed: 1"},
        {"version: 1", "\"tests\" is missing"},
        {"version: 1\ntests: []", "line 2, column 8: a list of tests"},
        {"version: 1\ntests: {}", "line 2, column 8: a list of tests"},
        {"version: 1\ntest: []", "line 2, column 1: \"test\": version, hosts, defaults and tests"},
        {"version: 1\nversion: 1", "line 2, column 1: \"version\" may be given only once"},
        {"version: 1\nhosts: {a: &x b, c: *x}", "an anchor"},
        {"version: 1\nhosts: {a: [b]}", "line 2, column 12: a host is allowed"},
        {"version: 1\nhosts: {a: 'b c'}", "line 2, column 12: "},
        {"version: 1\ndefaults: {timeout: 3}", "\"3\": a duration is allowed"},
        {"version: 1\ndefaults: {proof: yes}", "\"yes\": strict"},
        {"version: 1\ntests: [{to: a, open: tcp/1}]\n---\nversion: 1", "a second document"},
        {"version: 1\ntests: [*x]", "the referenced anchor is not defined"},
        {"version: 1\ntests: !!set {a}", "a tag"},
        {"version: 1\n? [a]\n: b", "a key must be a word"},
        {"version: 1\ntests:\n\t- to: a", "line 3"},
        {"version: 1\nhosts: {\x1b[31m: \"\\e[31m\"}", "policy.yaml line 2: a control byte"},
        {std::string{"version: 1\n# \0x", 15}, "policy.yaml line 2: a control byte"},
        {"version: 1\nhosts: {a: \"\\e[31m\"}", "line 2, column 12: "},
        {std::string{head} + "- to: a", "line 3, column 3: no port: a test needs"},
        {std::string{head} + "- open: tcp/1", "line 3, column 3: no host: a test needs"},
        {std::string{head} + "- a", "line 3, column 3: a test is a map"},
        {std::string{head} + "- {to: a, open: tcp/0}", "line 3, column 17: "},
        {std::string{head} + "- {to: a, open: [udp/53,123]}",
         "line 3, column 25: \"123\": the protocol"},
        {std::string{head} + "- {to: a, opened: tcp/1}",
         "line 3, column 11: \"opened\": name, from"},
        {std::string{head} + "- {to: a, tcp/1: shut}",
         "invalid verdict \"shut\"; allowed: open, answered"},
        {std::string{head} + "- {to: a, tcp/1: untested}", "invalid verdict \"untested\""},
        {std::string{head} + "- {to: a, tcp/1: {verdict: closed, max_rtt: 1s}}",
         "max_rtt goes with the verdict open alone"},
        {std::string{head} + "- {to: a, tcp/1: {by: 1.2.3.4}}", "\"verdict\" is missing"},
        {std::string{head} + "- {to: a, tcp/1: {verdict: open, by: me}}",
         "\"me\": an IPv4 or IPv6"},
        {std::string{head} + "- {to: a, tcp/1: {verdict: open, direction: forward}}",
         "filtered alone"},
        {std::string{head} + "- {to: a, tcp/1: {verdict: open, colour: red}}",
         "\"colour\": verdict"},
        {std::string{head} + "- {to: a, blocked: tcp/1, method: shoot}", "\"shoot\": drop, reject"},
        {std::string{head} + "- {to: [], open: tcp/1}", "a word or a list of words"},
        {std::string{head} + "- {name: [x], to: a, open: tcp/1}", "a text of up to 200 bytes"},
        {std::string{head} + "- {name: " + std::string(201, 'x') + ", to: a, open: tcp/1}",
         "a text of up to 200 bytes"},
        {"\xFF\xFEv", "UTF-16"},
        {std::string(70'000, 'x'), "policy.yaml line 1: longer than 65536 bytes"},
    };
    for (const auto& [text, expected] : cases) {
        const auto policy = read(text);
        ASSERT_FALSE(policy) << text.substr(0, 200);
        const std::string& message = policy.error().message;
        EXPECT_THAT(message, StartsWith("policy.yaml")) << text.substr(0, 200);
        EXPECT_THAT(message, HasSubstr(expected)) << text.substr(0, 200);
        EXPECT_TRUE(is_plain_text(message) && message.find('\n') == std::string::npos) << message;
    }
}

std::string repeated(const std::string& text, std::size_t count) {
    std::string all;
    for (std::size_t round = 0; round < count; ++round) {
        all += text;
    }
    return all;
}

TEST(PolicyFile, BracketsInCommentsDoNotCount) {
    const std::string text = repeated("# [ {\n", 200) + head + "- {to: a, open: tcp/1} # [";
    EXPECT_TRUE(read(text)) << read(text).error().message;
}

TEST(PolicyFile, SizeIsBounded) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {repeated("# comment\n", 110'000), "larger than 1 MiB"},
        {"version: 1\ntests: " + repeated("[", 30) + repeated("]", 30),
         "nested more than 8 levels"},
        {"version: 1\ntests: " + repeated("{a: ", 30) + repeated("}", 30),
         "nested more than 8 levels"},
        {"version: 1\ntests:\n" + repeated("- [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]\n", 20'000),
         "more than 100000 values"},
        {head + repeated("- {to: a, open: [any/all]}\n", 100), "more than 10,000,000 ports"},
    };
    for (const auto& [text, expected] : cases) {
        const auto policy = read(text);
        ASSERT_FALSE(policy) << expected;
        EXPECT_THAT(policy.error().message, HasSubstr(expected));
    }
}

TEST(PolicyFile, DifferentExpectationsOfATestAreBounded) {
    std::string text = std::string{head} + "- to: a\n";
    for (int port = 1; port <= 300; ++port) {
        text += "  tcp/" + std::to_string(port) + ": {verdict: rejected, by: 10.0." +
                std::to_string(port / 256) + '.' + std::to_string(port % 256) + "}\n";
    }
    const auto policy = read(text);
    ASSERT_FALSE(policy);
    EXPECT_THAT(policy.error().message, HasSubstr("more than 256 different expectations"));
}

}  // namespace
}  // namespace pt::client
