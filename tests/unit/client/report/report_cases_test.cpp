#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report/scan/make_reporter.hpp"
#include "samples.hpp"

/// junit and tap of a scan.
namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::string report_of(OutputFormat format, const std::vector<Result>& results,
                      Requirement require = Requirement::answer, const RunSummary& summary = {}) {
    std::ostringstream out;
    const auto report = make_reporter(format, {.require = require}, out, {});
    for (const auto& result : results) {
        report->result(result);
    }
    report->finish(summary);
    return out.str();
}

std::vector<Result> some_results() {
    return {open_port(Protocol::tcp, 443), closed_port(Protocol::tcp, 80),
            sample(Protocol::tcp, 25, Verdict::answered, Evidence::handshake),
            sample(Protocol::udp, 53, Verdict::untested, Evidence::interrupted)};
}

TEST(Junit, HasACaseForEachPort) {
    RunSummary summary;
    summary.started = std::chrono::system_clock::time_point{1'795'392'000s};
    summary.duration = 1500ms;
    EXPECT_EQ(report_of(OutputFormat::junit, some_results(), Requirement::answer, summary),
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<testsuites name=\"pt-client scan\" tests=\"4\" failures=\"1\" errors=\"1\" "
              "skipped=\"0\" time=\"1.500\">\n"
              "  <testsuite name=\"example.com (192.0.2.7)\" tests=\"4\" failures=\"1\" "
              "errors=\"1\" skipped=\"0\" time=\"0\" timestamp=\"2026-11-23T00:00:00\">\n"
              "    <testcase classname=\"example.com (192.0.2.7)\" name=\"tcp/25 smtp\" "
              "time=\"0\"/>\n"
              "    <testcase classname=\"example.com (192.0.2.7)\" name=\"tcp/80 http\" "
              "time=\"0\">\n      <failure type=\"closed\" message=\"closed: refused with a TCP "
              "reset\"/>\n    </testcase>\n"
              "    <testcase classname=\"example.com (192.0.2.7)\" name=\"tcp/443 https\" "
              "time=\"0\"/>\n"
              "    <testcase classname=\"example.com (192.0.2.7)\" name=\"udp/53 domain\" "
              "time=\"0\">\n      <error type=\"untested\" message=\"untested: interrupted before "
              "a reply was received\"/>\n    </testcase>\n"
              "  </testsuite>\n</testsuites>\n");
}

TEST(Junit, PassesWhatIsRequired) {
    EXPECT_THAT(report_of(OutputFormat::junit, some_results(), Requirement::echo),
                HasSubstr("tests=\"4\" failures=\"2\" errors=\"1\""));
}

TEST(Junit, LeavesOutWhatIsNotKnown) {
    const auto text = report_of(OutputFormat::junit, some_results());
    EXPECT_THAT(text, Not(HasSubstr("timestamp")));
    EXPECT_THAT(text, HasSubstr("skipped=\"0\">\n  <testsuite "));
}

TEST(Tap, HasAPointForEachPort) {
    EXPECT_EQ(report_of(OutputFormat::tap, some_results()),
              "TAP version 14\n1..4\n"
              "ok 1 - example.com (192.0.2.7): tcp/25 smtp\n"
              "not ok 2 - example.com (192.0.2.7): tcp/80 http\n"
              "  ---\n  outcome: closed\n  message: \"closed: refused with a TCP reset\"\n  ...\n"
              "ok 3 - example.com (192.0.2.7): tcp/443 https\n"
              "not ok 4 - example.com (192.0.2.7): udp/53 domain\n"
              "  ---\n  outcome: untested\n  message: \"untested: interrupted before a reply was "
              "received\"\n  ...\n");
}

TEST(Tap, SaysThatItWasInterrupted) {
    RunSummary summary;
    summary.interrupted = true;
    EXPECT_THAT(report_of(OutputFormat::tap, {}, Requirement::answer, summary),
                ::testing::EndsWith("1..0\nBail out! interrupted\n"));
}

TEST(Cases, AreHarmlessWhateverTheyHold) {
    auto result = closed_port(Protocol::tcp, 80);
    result.host = "<\"&'>\n# SKIP " + hostile;
    result.notes = {"]]>\n" + hostile};
    for (const auto format : {OutputFormat::junit, OutputFormat::tap}) {
        const auto text = report_of(format, {result});
        EXPECT_TRUE(is_plain_text(text)) << text;
        EXPECT_THAT(text, Not(HasSubstr(" # SKIP")));
    }
}

}  // namespace
}  // namespace pt::client
