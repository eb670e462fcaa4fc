#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report/check/check_report.hpp"
#include "client/report/compare/comparison.hpp"
#include "client/report/scan/make_reporter.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string page_of(const std::vector<Result>& results, RunSummary summary = {},
                    const Shown& shown = {}) {
    std::ostringstream out;
    const auto report = make_html_report(out, shown);
    for (const Result& result : results) {
        report->result(result);
    }
    report->finish(summary);
    return out.str();
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t number = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++number;
    }
    return number;
}

TEST(HtmlReport, SummaryIsOneSentenceOrTwo) {
    using namespace std::chrono_literals;
    RunSummary summary;
    summary.host = "example.com";
    summary.started = std::chrono::system_clock::time_point{};
    summary.duration = 5520ms;
    EXPECT_THAT(page_of({open_port(Protocol::tcp, 22), closed_port(Protocol::tcp, 23)}, summary),
                HasSubstr("<p class=\"summary\">2 ports: 1 open, 1 closed. Scan of "
                          "1970-01-01T00:00:00Z, 5.52 s, from 198.51.100.4.</p>"));
    EXPECT_THAT(page_of({open_port(Protocol::tcp, 22)}),
                HasSubstr("1 port: 1 open. Scan, from 198.51.100.4."));
    EXPECT_THAT(page_of({}), HasSubstr("0 ports: nothing was tested."));
}

TEST(HtmlReport, OnlySaysWhatIsShown) {
    const auto page = page_of({open_port(Protocol::tcp, 22), closed_port(Protocol::tcp, 23)}, {},
                              {std::set{Verdict::open}});
    EXPECT_THAT(page, HasSubstr("2 ports: 1 open, 1 closed."));
    EXPECT_THAT(page, HasSubstr("1 of 2 ports are shown"));
    EXPECT_THAT(page, Not(HasSubstr("tcp/23")));
}

TEST(HtmlReport, FewPortsHaveARowAndAFigureEach) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port <= 24; ++port) {
        results.push_back(open_port(Protocol::tcp, port));
    }
    const auto page = page_of(results);
    EXPECT_EQ(count(page, "<tr><th scope=\"row\">tcp/"), 24U);
    EXPECT_EQ(count(page, "<figure class=\"packet-path\">"), 24U);
    EXPECT_EQ(count(page, "<svg class=\"map\""), 0U);
}

TEST(HtmlReport, ManyPortsAreGroupedAndMapped) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port <= 2000; ++port) {
        results.push_back(port == 22 ? open_port(Protocol::tcp, port)
                                     : filtered_port(Protocol::tcp, port));
    }
    const auto page = page_of(results);
    EXPECT_EQ(count(page, "<tr><th scope=\"row\">tcp/"), 1U);
    EXPECT_EQ(count(page, "<figure class=\"packet-path\">"), 2U);
    EXPECT_EQ(count(page, "<svg class=\"map\""), 1U);
    EXPECT_LT(page.find("tcp/22</th>"), page.find("no reply to 16 attempts"));
}

TEST(HtmlReport, ResultsThatAllDifferStayBounded) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port <= 5000; ++port) {
        results.push_back(open_port(Protocol::tcp, port));
        results.back().notes = {"note " + std::string(port % 1000, 'x') + "a" +
                                std::to_string(port) + "b"};
    }
    const auto page = page_of(results);
    EXPECT_EQ(count(page, "<tr><th scope=\"row\">tcp/"), 1000U);
    EXPECT_THAT(page, HasSubstr("4,000 more ports"));
    EXPECT_THAT(page, HasSubstr("24 of 5,000 groups are drawn"));
}

TEST(HtmlReport, HostileTextStaysText) {
    auto result = open_port(Protocol::tcp, 22);
    const std::string bad = hostile + "<script>\"'</style>";
    result.host = bad;
    result.notes = {bad};
    result.hint = Hint{bad, bad};
    RunSummary summary;
    summary.host = bad;
    summary.notes = {bad};
    const auto page = page_of({result}, summary);
    EXPECT_TRUE(is_plain_text(page));
    EXPECT_EQ(count(page, "<script>"), 1U);
    EXPECT_EQ(count(page, "</style>"), 1U);
}

TEST(HtmlReport, Comparison) {
    auto comparison = compare({open_port(Protocol::tcp, 22), open_port(Protocol::tcp, 80)},
                              {filtered_port(Protocol::tcp, 22), open_port(Protocol::tcp, 80)});
    comparison.before_name = "a<b";
    comparison.after_name = "c";
    std::ostringstream out;
    print_comparison(comparison, OutputFormat::html, out, {});
    EXPECT_THAT(out.str(), HasSubstr("<h1>Changes from a&lt;b to c</h1>"));
    EXPECT_THAT(out.str(), HasSubstr("2 ports compared: 1 newly blocked."));
    EXPECT_THAT(out.str(), HasSubstr("<h2 id=\"newly-blocked\">Newly blocked</h2>"));
    EXPECT_THAT(out.str(), HasSubstr("tcp/22</div>"));
}

TEST(HtmlReport, Check) {
    PolicyTest test;
    test.name = "a <b>";
    test.to = {{"example.com", "example.com"}};
    test.expectations = {{{{Protocol::tcp, Port{22}, Port{23}}}, {}}};
    const Policy policy{std::nullopt, {test}};
    const std::vector<Result> results{open_port(Protocol::tcp, 22), closed_port(Protocol::tcp, 23)};
    const auto checked = check_policy(policy, results);
    const RunSummary summary;
    std::ostringstream out;
    print_check_html(out, {checked, summary, "p.yaml"});
    EXPECT_THAT(out.str(), HasSubstr("<h1>Check of p.yaml</h1>"));
    EXPECT_THAT(out.str(), HasSubstr("<h2 id=\"test-1\">a &lt;b&gt;</h2>"));
    EXPECT_LT(out.str().find("is-failed\">failed</span></td><th"),
              out.str().find("is-passed\">passed</span></td><th"));
    EXPECT_EQ(count(out.str(), "<figure class=\"packet-path\">"), 1U);
    EXPECT_THAT(out.str(), HasSubstr("refused with a TCP reset</td><td>not as expected</td>"));
}

}  // namespace
}  // namespace pt::client
