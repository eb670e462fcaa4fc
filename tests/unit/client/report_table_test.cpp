#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::string table(const std::vector<Result>& results, Style style = {}, RunSummary summary = {}) {
    std::ostringstream out;
    const auto report = make_table_report(out, style, false);
    for (const auto& result : results) {
        report->result(result);
    }
    if (summary.duration == Nanoseconds{}) {
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
              "tcp/443   https         open      0.312 ms  our echo came back\n"
              "tcp/8443  pcsync-https  rejected  -         rejected by 10.77.1.1: ICMP "
              "administratively prohibited\n"
              "udp/53    domain        open      0.312 ms  our echo came back; source rewritten "
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
    EXPECT_THAT(text, HasSubstr("\nopen, 21 ports: our echo came back; rtt 0.312 ms to 0.312 ms\n"
                                "  tcp/22 udp/1-20\n"
                                "filtered, 99 ports: no answer to 16 tries: dropped on the way "
                                "there, or the reply on its way back\n"
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
                                          "tcp/22  ssh      open     0.312 ms  our echo came "
                                          "back\n"
                                          "closed, 30 ports: refused with a TCP reset\n"
                                          "  tcp/1-21,23-31\n"));
}

TEST(Table, CountShowsTheSpreadAndTheLoss) {
    auto result = open_port(Protocol::tcp, 443);
    result.rtt = rtt_of({100us, 200us, 300us});
    result.frames_sent = 4;
    result.frames_lost = 1;
    EXPECT_THAT(table({result}),
                HasSubstr("0.200 ms  our echo came back, but 1 of 4 frames did not; rtt "
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

TEST(Table, EachHintIsGivenOnce) {
    const auto text = table({filtered_port(Protocol::tcp, 1), filtered_port(Protocol::tcp, 2)});
    const auto first = text.find("Hint: ");
    ASSERT_NE(first, std::string::npos);
    EXPECT_EQ(text.find("Hint: ", first + 1), std::string::npos);
}

TEST(Table, AnInterruptedRunSaysSo) {
    RunSummary summary;
    summary.interrupted = true;
    EXPECT_THAT(table({open_port(Protocol::tcp, 1)}, {}, summary),
                HasSubstr("Interrupted: this is what had been found by then"));
    EXPECT_THAT(table({open_port(Protocol::tcp, 1),
                       sample(Protocol::tcp, 2, Verdict::untested, Evidence::interrupted)},
                      {}, summary),
                HasSubstr("Interrupted: what was not finished is untested"));
    EXPECT_THAT(table({open_port(Protocol::tcp, 1)}), Not(HasSubstr("Interrupted")));
}

TEST(Table, NothingTestedIsSaid) { EXPECT_EQ(table({}), "0 ports: nothing was tested; 3.21 s\n"); }

TEST(Table, HostileTextStaysOnItsLine) {
    auto result = sample(Protocol::tcp, 443, Verdict::untested, Evidence::local_error);
    result.host = hostile;
    result.local_reason = hostile;
    result.notes = {hostile, std::string(100'000, '\n')};
    const auto text = table({result});
    EXPECT_TRUE(is_plain_text(text)) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 5);
    EXPECT_LT(text.size(), 5000U);
}

TEST(Style, ColourIsForTerminalsWithoutNoColor) {
    EXPECT_TRUE(style_for(true, nullptr, "xterm").colour);
    EXPECT_TRUE(style_for(true, "", "xterm").colour);
    EXPECT_FALSE(style_for(true, "1", "xterm").colour);
    EXPECT_FALSE(style_for(true, nullptr, "dumb").colour);
    EXPECT_FALSE(style_for(true, nullptr, nullptr).colour);
    EXPECT_FALSE(style_for(false, nullptr, "xterm").colour);
}

}  // namespace
}  // namespace pt::client
