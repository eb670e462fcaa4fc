#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report/scan/make_reporter.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::string table(const std::vector<Result>& results, Style style = {}, RunSummary summary = {}) {
    std::ostringstream out;
    const auto report = make_table_report(out, style);
    for (const auto& result : results) {
        report->result(result);
    }
    if (!summary.duration) {
        summary.duration = 3210ms;
    }
    report->finish(summary);
    return out.str();
}

TEST(Table, HasALineForEachPortInOrder) {
    auto rejected = sample(Protocol::tcp, 8443, Verdict::rejected, Evidence::icmp_admin_prohibited);
    rejected.conclusion.by = address("10.77.1.1");
    auto nat = open_port(Protocol::udp, 53);
    nat.notes = {"source rewritten (NAT): the server saw 203.0.113.9:40001"};
    EXPECT_EQ(table({nat, rejected, open_port(Protocol::tcp, 443)}),
              "example.com (192.0.2.7)\n"
              "PORT      SERVICE       VERDICT   RTT       EVIDENCE\n"
              "tcp/443   https         open      0.312 ms  echo received\n"
              "tcp/8443  pcsync-https  rejected  -         rejected by 10.77.1.1: ICMP "
              "administratively prohibited\n"
              "udp/53    domain        open      0.312 ms  echo received; source rewritten "
              "(NAT): the server saw 203.0.113.9:40001\n"
              "\n"
              "3 ports: 2 open, 1 rejected; 3.21 s\n");
}

TEST(Table, OrderDoesNotHangOnTheOrderOfResults) {
    std::vector<Result> results;
    for (const std::uint16_t port : std::initializer_list<std::uint16_t>{443, 22, 80}) {
        results.push_back(closed_port(Protocol::udp, port));
        results.push_back(open_port(Protocol::tcp, port));
    }
    const auto expected = table(results);
    std::reverse(results.begin(), results.end());
    EXPECT_EQ(table(results), expected);
}

TEST(Table, SeveralHostsAndAddressesHaveAHeadingEach) {
    auto first = open_port(Protocol::tcp, 443);
    first.host = "z.example";
    auto other_address = first;
    other_address.endpoint.address = address("2001:db8::7");
    auto second = open_port(Protocol::tcp, 443);
    second.host = "a.example";
    second.host_place = 1;
    auto unresolved = sample(Protocol::tcp, 443, Verdict::untested, Evidence::local_error);
    unresolved.host = "b.invalid";
    unresolved.host_place = 2;
    unresolved.endpoint.address = IpAddress{};
    unresolved.local_reason = "Name or service not known";
    // Different ports: those of few hosts stand in a table of their own for each.
    second.endpoint.port = Port{80};
    other_address.endpoint.port = Port{22};
    unresolved.endpoint.port = Port{25};
    const auto text = table({unresolved, second, other_address, first});
    const auto z4 = text.find("z.example (192.0.2.7)\n");
    const auto z6 = text.find("\nz.example (2001:db8::7)\n");
    const auto a4 = text.find("\na.example (192.0.2.7)\n");
    const auto none = text.find("\nb.invalid\n");
    ASSERT_NE(none, std::string::npos) << text;
    EXPECT_LT(a4, none);
    EXPECT_LT(z4, a4);
    EXPECT_LT(z6, a4);
    EXPECT_THAT(text, HasSubstr("Name or service not known"));
    EXPECT_THAT(text, HasSubstr("4 ports: 3 open, 1 untested"));
}

TEST(Table, ManyPortsAreGroupedWithTheExceptionsFirst) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port <= 100; ++port) {
        results.push_back(port == 22 ? open_port(Protocol::tcp, port)
                                     : filtered_port(Protocol::tcp, port));
    }
    for (std::uint16_t port = 1; port <= 20; ++port) {
        results.push_back(open_port(Protocol::udp, port));
    }
    const auto text = table(results);
    EXPECT_THAT(text, HasSubstr("\nopen, 21 ports: echo received; rtt 0.312 ms\n"
                                "  tcp/22 udp/1-20\n"
                                "filtered, 99 ports: no reply to 16 attempts\n"
                                "  tcp/1-21,23-100\n"));
    EXPECT_THAT(text, HasSubstr("120 ports: 21 open, 99 filtered; 3.21 s\n"));
}

TEST(Table, AFewExceptionsAmongManyHaveALineEach) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port <= 31; ++port) {
        results.push_back(port == 22 ? open_port(Protocol::tcp, port)
                                     : closed_port(Protocol::tcp, port));
    }
    EXPECT_THAT(table(results), HasSubstr("PORT    SERVICE  VERDICT  RTT       EVIDENCE\n"
                                          "tcp/22  ssh      open     0.312 ms  echo received\n"
                                          "closed, 30 ports: refused with a TCP reset\n"
                                          "  tcp/1-21,23-31\n"));
}

TEST(Table, CountShowsTheSpreadAndTheLoss) {
    auto result = open_port(Protocol::tcp, 443);
    result.rtt = rtt_of({100us, 200us, 300us});
    result.frames_sent = 4;
    result.frames_lost = 1;
    EXPECT_THAT(table({result}),
                HasSubstr("0.200 ms  echo received, but 1 of 4 frames were lost; rtt "
                          "min/avg/max/stddev 0.100/0.200/0.300/0.082 ms of 3\n"));
}

TEST(Table, ColourPaintsWordsAndMovesNothing) {
    const std::vector<Result> results{open_port(Protocol::tcp, 443),
                                      filtered_port(Protocol::udp, 53)};
    const auto painted = table(results, {.colour = true});
    EXPECT_THAT(painted, HasSubstr("\x1b[32mopen\x1b[0m"));
    EXPECT_THAT(painted, HasSubstr("\x1b[33mfiltered\x1b[0m"));
    std::string stripped;
    for (std::size_t at = 0; at < painted.size(); ++at) {
        if (painted[at] == '\x1b') {
            at = painted.find('m', at);
        } else {
            stripped += painted[at];
        }
    }
    EXPECT_EQ(stripped, table(results));
}

Result hinted(std::uint16_t port) {
    auto result = filtered_port(Protocol::tcp, port);
    const auto spec = "tcp/" + std::to_string(port);
    result.hint = Hint{"pt-server " + spec, "pt-client example.com " + spec};
    return result;
}

TEST(Table, EachHintIsGivenOnceWithItsCommands) {
    const auto text = table({hinted(1), hinted(2)});
    EXPECT_THAT(text, HasSubstr("2 filtered; 3.21 s\n"
                                "Hint: filtered, direction unknown: a firewall dropped the "
                                "requests or the replies, or nothing on the host replies.\n"
                                "  on example.com: pt-server tcp/1-2\n"
                                "  then here: pt-client example.com tcp/1-2\n"));
    const auto first = text.find("Hint: ");
    EXPECT_EQ(text.find("Hint: ", first + 1), std::string::npos);
}

/// Of 20 hosts, each with a hint of its own.
std::vector<Result> hinted_hosts() {
    std::vector<Result> results;
    for (std::uint32_t place = 0; place < 20; ++place) {
        results.push_back(hinted(1));
        results.back().host = "host" + std::to_string(place);
        results.back().host_place = place;
        results.back().hint->command = "pt-client " + results.back().host + " tcp/1";
    }
    return results;
}

TEST(Table, HostsThatNeedTheSameShareAHint) {
    EXPECT_THAT(table(hinted_hosts()), HasSubstr("  on host0: pt-server tcp/1\n"
                                                 "  then here: pt-client host0 tcp/1\n"
                                                 "  (the same for 19 more hosts)\n"));
}

TEST(Table, HintsAreBounded) {
    auto results = hinted_hosts();
    for (auto& result : results) {
        result.hint->command += " --port-from " + std::to_string(1000 + result.host_place);
    }
    EXPECT_THAT(table(results), HasSubstr("Hint: 12 more with --output json\n"));
}

TEST(Table, AManifestTellsWhichRecordTheServerKeeps) {
    RunSummary summary;
    Manifest manifest;
    manifest.address = address("192.0.2.7");
    manifest.stretches = {{{Protocol::udp, Port{53}, Port{60}}, PortState::listening}};
    summary.manifests = {manifest};
    EXPECT_THAT(table({}, {}, summary), HasSubstr("Ports of pt-server at 192.0.2.7\n"));
    summary.manifests[0].exact_record = true;
    EXPECT_THAT(table({}, {}, summary), HasSubstr("Ports of pt-server at 192.0.2.7, record: exact\n"
                                                  "listening, 8 ports\n  udp/53-60\n"));
    summary.manifests[0].exact_record = false;
    EXPECT_THAT(table({}, {}, summary), HasSubstr("192.0.2.7, record: sampled\n"));
}

TEST(Table, AnInterruptedRunSaysSo) {
    RunSummary summary;
    summary.interrupted = true;
    EXPECT_THAT(table({open_port(Protocol::tcp, 1)}, {}, summary),
                HasSubstr("Interrupted: these are the results until then"));
    EXPECT_THAT(table({open_port(Protocol::tcp, 1),
                       sample(Protocol::tcp, 2, Verdict::untested, Evidence::interrupted)},
                      {}, summary),
                HasSubstr("Interrupted: ports that were not finished are untested"));
    EXPECT_THAT(table({open_port(Protocol::tcp, 1)}), Not(HasSubstr("Interrupted")));
}

TEST(Table, NothingTestedIsSaid) { EXPECT_EQ(table({}), "0 ports: nothing was tested; 3.21 s\n"); }

TEST(Table, HostileTextStaysOnItsLine) {
    auto result = sample(Protocol::tcp, 443, Verdict::untested, Evidence::local_error);
    result.host = hostile;
    result.local_reason = hostile;
    result.notes = {hostile, std::string(100'000, '\n')};
    result.hint = Hint{hostile, hostile};
    const auto text = table({result});
    EXPECT_TRUE(is_plain_text(text)) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 8);
    EXPECT_LT(text.size(), 5000U);
}

TEST(Style, ColourIsForTerminalsWithoutNoColor) {
    EXPECT_TRUE(style_for(Color::automatic, true, nullptr, "xterm").colour);
    EXPECT_TRUE(style_for(Color::automatic, true, "", "xterm").colour);
    EXPECT_FALSE(style_for(Color::automatic, true, "1", "xterm").colour);
    EXPECT_FALSE(style_for(Color::automatic, true, nullptr, "dumb").colour);
    EXPECT_FALSE(style_for(Color::automatic, true, nullptr, nullptr).colour);
    EXPECT_FALSE(style_for(Color::automatic, false, nullptr, "xterm").colour);
    EXPECT_TRUE(style_for(Color::always, false, "1", "dumb").colour);
    EXPECT_FALSE(style_for(Color::never, true, nullptr, "xterm").colour);
}

}  // namespace
}  // namespace pt::client
