#include "client/policy/check_policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/policy/found_policy.hpp"
#include "client/policy/inline_policy.hpp"
#include "client/policy/policy_file.hpp"
#include "client/policy/select_tests.hpp"
#include "client/report/check/check_report.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

Policy policy_of(const std::string& text) {
    std::istringstream file{"version: 1\ntests:\n" + text};
    auto policy = read_policy(file, "policy.yaml");
    EXPECT_TRUE(policy) << policy.error().message;
    return *policy;
}

Result proved_blocked(Protocol protocol, std::uint16_t port) {
    Result result = filtered_port(protocol, port);
    result.conclusion.direction = Direction::forward;
    result.server_holds_port = true;
    result.reached = Reached::nothing;
    return result;
}

const char* const three_tests = R"(
- {name: reached, to: example.com, open: tcp/443, blocked: "tcp/22,23"}
- {name: shut, to: example.com, open: tcp/25}
- {name: elsewhere, from: app, to: example.com, open: tcp/443}
)";

std::vector<Result> some_results() {
    return {open_port(Protocol::tcp, 443), proved_blocked(Protocol::tcp, 22),
            proved_blocked(Protocol::tcp, 23), closed_port(Protocol::tcp, 25)};
}

TEST(CheckPolicy, CountsAndGroups) {
    auto policy = policy_of(three_tests);
    EXPECT_THAT(*select_tests(policy, {}, std::nullopt), ElementsAre("elsewhere"));
    const auto results = some_results();
    const auto checked = check_policy(policy, results);
    ASSERT_EQ(checked.tests.size(), 2U);
    EXPECT_EQ(checked.test_counts.passed, 1U);
    EXPECT_EQ(checked.test_counts.failed, 1U);
    EXPECT_EQ(checked.counts.all(), 4U);
    ASSERT_EQ(checked.tests[0].expectations.size(), 2U);
    ASSERT_EQ(checked.tests[0].expectations[1].ports.size(), 1U);
    EXPECT_EQ(checked.tests[0].expectations[1].ports[0].count(), 2U);
    EXPECT_EQ(exit_code(checked, false), ExitCode::not_as_expected);
    EXPECT_EQ(exit_code(checked, true), ExitCode::interrupted);
}

TEST(CheckPolicy, WhatHasNoResultIsInconclusive) {
    const auto policy = policy_of("- {to: [example.com, other.example], open: any/443}");
    const std::vector<Result> results{open_port(Protocol::tcp, 443)};
    const auto checked = check_policy(policy, results);
    EXPECT_EQ(checked.counts.passed, 1U);
    EXPECT_EQ(checked.counts.inconclusive, 3U);
    EXPECT_EQ(exit_code(checked, false), ExitCode::could_not_test);
}

TEST(CheckPolicy, EveryAddressOfANameCounts) {
    const auto policy = policy_of("- {to: example.com, open: tcp/443}");
    std::vector<Result> results{open_port(Protocol::tcp, 443), closed_port(Protocol::tcp, 443)};
    results[1].endpoint.address = address("2001:db8::7");
    const auto checked = check_policy(policy, results);
    EXPECT_EQ(checked.counts.passed, 1U);
    EXPECT_EQ(checked.counts.failed, 1U);
}

TEST(CheckPolicy, SilenceIsNoProofWhereOpenPortsLoseAsMuch) {
    const auto policy = policy_of("- {to: example.com, blocked: tcp/22}");
    const auto passed = [&](std::uint16_t lost, std::uint32_t attempts) {
        std::vector<Result> results{open_port(Protocol::tcp, 443),
                                    proved_blocked(Protocol::tcp, 22)};
        results[0].findings = Findings{.echo = true, .lost = lost};
        results[1].attempts = attempts;
        return check_policy(policy, results).counts.passed;
    };
    EXPECT_EQ(passed(0, 3), 1U);
    EXPECT_EQ(passed(1, 3), 0U);
    EXPECT_EQ(passed(1, 16), 1U);
}

TEST(CheckPolicy, FailureComesBeforeInconclusive) {
    const auto policy = policy_of("- {to: example.com, open: \"tcp/25,26\"}");
    const std::vector<Result> results{closed_port(Protocol::tcp, 25)};
    EXPECT_EQ(check_policy(policy, results).test_counts.failed, 1U);
}

TEST(SelectTests, ByNameAndPlace) {
    const auto selected = [](const std::vector<std::string>& names,
                             const std::optional<std::string>& from) {
        auto policy = policy_of(three_tests);
        const auto left_out = select_tests(policy, names, from);
        if (!left_out) {
            return left_out.error().message;
        }
        std::string text = std::to_string(left_out->size()) + " left out;";
        for (const PolicyTest& test : policy.tests) {
            text += ' ' + test.name;
        }
        return text;
    };
    EXPECT_EQ(selected({}, std::nullopt), "1 left out; reached shut");
    EXPECT_EQ(selected({"shut"}, std::nullopt), "0 left out; shut");
    EXPECT_EQ(selected({}, "app"), "2 left out; elsewhere");
    EXPECT_EQ(selected({"elsewhere"}, "app"), "0 left out; elsewhere");
    EXPECT_EQ(
        selected({"open"}, std::nullopt),
        "--only \"open\": the policy has no test of that name; it has \"elsewhere\", \"reached\", "
        "\"shut\"");
    EXPECT_EQ(selected({}, "web"),
              "--from \"web\": no selected test has this place; they have \"app\"");
    EXPECT_EQ(selected({"shut"}, "app"), "--from \"app\": no selected test has this place");
    EXPECT_EQ(selected({"shut", "elsewhere"}, "app"),
              "--from \"app\": another place runs \"shut\"");
    EXPECT_EQ(selected({"shut", "elsewhere"}, std::nullopt),
              "only at its own place runs \"elsewhere\"; example: --from \"app\"");
}

TEST(SelectTests, AnErrorIsHarmlessWhateverThePolicySays) {
    Policy policy;
    policy.tests.push_back({hostile, hostile, {{"a", "a"}}, {}});
    const auto error = select_tests(policy, {}, std::nullopt).error().message;
    EXPECT_TRUE(is_plain_text(error) && error.find('\n') == std::string::npos) << error;
}

TEST(InlinePolicy, Words) {
    const auto policy =
        inline_policy("db", {"open:tcp/443", "blocked:udp/53", "open,answered:tcp/22"});
    ASSERT_TRUE(policy) << policy.error().message;
    EXPECT_EQ(policy->tests.front().expectations.size(), 3U);
    const auto error = [](const std::vector<std::string>& words) {
        return inline_policy("db", words).error().message;
    };
    EXPECT_THAT(error({"tcp/443"}),
                HasSubstr("invalid expectation \"tcp/443\"; example: open:tcp/443"));
    EXPECT_THAT(error({"shut:tcp/443"}), HasSubstr("invalid expectation \"shut:tcp/443\""));
    EXPECT_THAT(error({"open,:tcp/443"}), HasSubstr("invalid expectation"));
    EXPECT_THAT(error({"untested:tcp/1"}), HasSubstr("invalid expectation"));
    EXPECT_THAT(error({"open:tcp/0"}), HasSubstr("port 0 is reserved"));
    EXPECT_EQ(error({"open:tcp/443", "closed:tcp/443"}),
              "tcp/443 is expected to be both open and closed");
}

TEST(FoundPolicy, IsAPolicyThatWhatWasFoundPasses) {
    auto results = some_results();
    for (const Verdict verdict : all_verdicts) {
        const auto number = static_cast<std::uint16_t>(1000 + results.size());
        results.push_back(sample(Protocol::udp, number, verdict, Evidence::silence));
    }
    auto rejected = sample(Protocol::tcp, 80, Verdict::rejected, Evidence::icmp_admin_prohibited);
    rejected.conclusion.by = address("2001:db8::1");
    results.push_back(rejected);
    for (std::uint16_t port = 3000; port < 5000; port += 2) {
        results.push_back(closed_port(Protocol::tcp, port));
    }
    const auto text =
        found_policy(refs_to(results), std::chrono::system_clock::time_point{}, false);
    EXPECT_THAT(text, HasSubstr("blocked: [\"tcp/22-23\"]"));
    EXPECT_THAT(text, HasSubstr("# nothing proved at \"example.com\": udp/1012"));
    std::istringstream file{text};
    const auto policy = read_policy(file, "baseline");
    ASSERT_TRUE(policy) << policy.error().message;
    const auto checked = check_policy(*policy, results);
    EXPECT_EQ(checked.counts.all(), results.size() - 1);
    EXPECT_EQ(checked.counts.passed, results.size() - 1);
}

TEST(CheckReport, IsHarmlessWhateverAPolicySays) {
    Policy policy;
    policy.tests.push_back(
        {hostile, hostile, {{hostile, hostile}}, {{{{Protocol::tcp, Port{1}, Port{2}}}, {}}}});
    const std::vector<Result> none;
    const auto checked = check_policy(policy, none);
    RunSummary summary;
    summary.notes = {hostile};
    for (const auto print :
         {+[](std::ostream&out, const CheckReport&report) {
              print_check_table(out, Style{}, report);
          },
          +[](std::ostream&out, const CheckReport&report) { print_check_json(out, report); },
          +[](std::ostream&out, const CheckReport&report) {
              print_check(out, {}, OutputFormat::junit, report);
          },
          +[](std::ostream&out, const CheckReport&report) {
              print_check(out, {}, OutputFormat::tap, report);
          },
          +[](std::ostream&out, const CheckReport&report) {
              print_check(out, {}, OutputFormat::markdown, report);
          }}) {
        std::ostringstream out;
        print(out, {checked, summary, hostile});
        EXPECT_TRUE(is_plain_text(out.str())) << out.str();
        EXPECT_THAT(out.str(), HasSubstr("the scan was interrupted"));
    }
}

TEST(CheckReport, NamesWhatWasExpectedAndFound) {
    auto policy = policy_of(three_tests);
    const auto results = some_results();
    const auto checked = check_policy(policy, results);
    const RunSummary summary;
    std::ostringstream table;
    print_check_table(table, Style{}, {checked, summary, "policy.yaml"});
    EXPECT_THAT(table.str(), HasSubstr("passed        reached\n"));
    EXPECT_THAT(table.str(),
                HasSubstr("failed        shut\n  failed: example.com (192.0.2.7) tcp/25: "
                          "expected open; found closed: "));
    EXPECT_THAT(table.str(), HasSubstr("3 tests: 2 passed, 1 failed, 0 inconclusive; 5 "
                                       "ports: 4 passed, 1 failed, 0 inconclusive"));
    EXPECT_THAT(table.str(), Not(HasSubstr("tcp/22")));
    std::ostringstream tap;
    print_check(tap, {}, OutputFormat::tap, {checked, summary, "policy.yaml"});
    EXPECT_THAT(tap.str(),
                HasSubstr("TAP version 14\n1..4\nok 1 - reached: example.com tcp/443 open\n"));
    EXPECT_THAT(tap.str(), HasSubstr("not ok 3 - shut: example.com tcp/25 open\n  ---\n"));
    std::ostringstream junit;
    print_check(junit, {}, OutputFormat::junit, {checked, summary, "policy.yaml"});
    EXPECT_THAT(junit.str(),
                HasSubstr("<testsuite name=\"shut\" tests=\"1\" failures=\"1\" errors=\"0\""));
}

}  // namespace
}  // namespace pt::client
