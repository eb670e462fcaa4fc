#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "client/report/scan/make_reporter.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::string markdown(const std::vector<Result>& results, const RunSummary& summary = {}) {
    std::ostringstream out;
    const auto report = make_markdown_report(out);
    for (const auto& result : results) {
        report->result(result);
    }
    report->finish(summary);
    return out.str();
}

TEST(Markdown, HasATableForEachHost) {
    RunSummary summary;
    summary.duration = 1200ms;
    EXPECT_EQ(markdown({open_port(Protocol::tcp, 443), closed_port(Protocol::tcp, 80)}, summary),
              "**2 ports: 1 open, 1 closed; 1.20 s**\n\n### example.com (192.0.2.7)\n\n"
              "| Port | Service | Verdict | RTT | Evidence |\n|---|---|---|---|---|\n"
              "| tcp/80 | http | closed |  | refused with a TCP reset |\n"
              "| tcp/443 | https | open | 0.312 ms | echo received |\n");
}

TEST(Markdown, LeavesOutWhatIsNotKnown) {
    EXPECT_THAT(markdown({open_port(Protocol::tcp, 443)}), HasSubstr("**1 port: 1 open**\n"));
}

TEST(Markdown, ManyEqualPortsAreOneRow) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port <= 1000; ++port) {
        results.push_back(filtered_port(Protocol::udp, port));
    }
    results.push_back(open_port(Protocol::tcp, 443));
    const auto text = markdown(results);
    EXPECT_THAT(text, HasSubstr("| udp/1-1000 (1,000 ports) |  | filtered | "));
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 20);
}

TEST(Markdown, HostileTextStaysInItsCell) {
    auto result = open_port(Protocol::tcp, 443);
    result.host = "a|b\n| c <script> [x](http://e.example)" + hostile;
    result.notes = {hostile + "|\n|`", "@all"};
    result.hint = Hint{hostile, "`" + hostile};
    RunSummary summary;
    summary.notes = {"\n# " + hostile};
    const auto text = markdown({result}, summary);
    EXPECT_TRUE(is_plain_text(text)) << text;
    EXPECT_THAT(text, Not(HasSubstr("<script>")));
    EXPECT_THAT(text, Not(HasSubstr("http://")));
    EXPECT_THAT(text, Not(HasSubstr("\n# ")));
    EXPECT_THAT(text, HasSubstr("### a\\|b\\\\x0A\\| c &lt;script&gt;"));
}

}  // namespace
}  // namespace pt::client
