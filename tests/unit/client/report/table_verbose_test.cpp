#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <sstream>

#include "client/report/scan/make_reporter.hpp"
#include "client/report/scan/probe_facts.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

/// Times of the table are local ones.
class VerboseTable : public ::testing::Test {
protected:
    VerboseTable() {
        setenv("TZ", "UTC", 1);
        tzset();
    }
};

std::string table(const std::vector<Result>& results, bool verbose = true) {
    std::ostringstream out;
    const auto report = make_table_report(out, {}, {.verbose = verbose});
    for (const auto& result : results) {
        report->result(result);
    }
    RunSummary summary;
    summary.duration = 3210ms;
    report->finish(summary);
    return out.str();
}

Result concluded(Result result) {
    result.concluded_at = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 13h + 250ms;
    return result;
}

TEST_F(VerboseTable, ALineBelowEachPortSaysWhatIsKnown) {
    auto nat = concluded(open_port(Protocol::udp, 53));
    nat.seen->source = socket_address("203.0.113.9", 40001);
    nat.hops = 2;
    EXPECT_EQ(
        table({nat, concluded(open_port(Protocol::tcp, 443))}),
        "example.com (192.0.2.7)\n"
        "PORT     SERVICE  VERDICT  RTT       EVIDENCE\n"
        "tcp/443  https    open     0.312 ms  echo received\n"
        "  198.51.100.4:52123 -> 192.0.2.7:443; concluded 2026-01-31 13:00:00.250; 1 attempt; "
        "pt-server saw the same source and destination; TTL 62 on arrival; pt-server instance "
        "0000000000abcdef\n"
        "udp/53   domain   open     0.312 ms  echo received\n"
        "  198.51.100.4:52123 -> 192.0.2.7:53; concluded 2026-01-31 13:00:00.250; 1 attempt; "
        "pt-server saw source 203.0.113.9:40001; TTL 62 on arrival (2 less than sent); pt-server "
        "instance 0000000000abcdef\n"
        "\n"
        "2 ports: 2 open; 3.21 s\n");
}

TEST_F(VerboseTable, EverySideOfANatIsShown) {
    auto result = open_port(Protocol::tcp, 443);
    result.seen->source = socket_address("203.0.113.9", 40001);
    result.seen->destination = socket_address("10.0.0.5", 8443);
    EXPECT_THAT(probe_facts(result), HasSubstr("; pt-server saw source 203.0.113.9:40001, "
                                               "destination 10.0.0.5:8443; "));
    result.seen->source = *result.local;
    EXPECT_THAT(probe_facts(result), HasSubstr("; pt-server saw destination 10.0.0.5:8443; "));
    result.seen->destination = {};
    EXPECT_THAT(probe_facts(result), HasSubstr("; pt-server saw the same source; "));
    result.local.reset();
    result.seen->received_ttl = 0;
    result.seen->instance = 0;
    EXPECT_EQ(probe_facts(result), "1 attempt; pt-server saw source 198.51.100.4:52123");
}

TEST_F(VerboseTable, AFilteredPortHasWhatTheServerRecorded) {
    auto result = concluded(filtered_port(Protocol::tcp, 25));
    result.conclusion.direction = Direction::forward;
    result.reached = Reached::nothing;
    result.exact_record = true;
    result.server_holds_port = true;
    EXPECT_THAT(table({result}),
                HasSubstr("none of 16 attempts reached pt-server\n"
                          "  198.51.100.4:52123 -> 192.0.2.7:25 (last attempt); concluded "
                          "2026-01-31 13:00:00.250; 16 attempts; pt-server's record (exact): "
                          "nothing arrived; pt-server holds the port\n"));
    result.conclusion.direction = Direction::return_;
    result.reached = Reached::frame;
    result.exact_record = false;
    EXPECT_THAT(probe_facts(result),
                HasSubstr("; pt-server's record (sampled): a frame arrived; "));
    result.endpoint.protocol = Protocol::udp;
    EXPECT_THAT(probe_facts(result), HasSubstr("; pt-server's record: a frame arrived; "));
    result.reached = Reached::unknown;
    EXPECT_THAT(probe_facts(result), Not(HasSubstr("record")));
}

TEST_F(VerboseTable, ARefusalNamesTypeCodeAndSender) {
    auto rejected = sample(Protocol::tcp, 8443, Verdict::rejected, Evidence::icmp_admin_prohibited);
    rejected.conclusion.by = address("10.77.1.1");
    rejected.attempts = 2;
    EXPECT_EQ(probe_facts(rejected),
              "198.51.100.4:52123 -> 192.0.2.7:8443; 2 attempts; error sent by 10.77.1.1");
    rejected.findings.emplace();
    rejected.findings->icmp = IcmpError{false, 3, 13, address("10.77.1.1")};
    EXPECT_THAT(table({rejected}),
                HasSubstr("rejected by 10.77.1.1: ICMP administratively prohibited\n"
                          "  198.51.100.4:52123 -> 192.0.2.7:8443; 2 attempts; ICMP type 3 code 13 "
                          "from 10.77.1.1\n"));
    rejected.findings->icmp->from = IpAddress{};
    rejected.conclusion.by.reset();
    EXPECT_THAT(probe_facts(rejected), HasSubstr("; ICMP type 3 code 13"));
}

TEST_F(VerboseTable, WhatWasNotSentHasNoEnds) {
    auto result = sample(Protocol::tcp, 443, Verdict::untested, Evidence::local_error);
    result.local_error = EACCES;
    result.attempts = 0;
    EXPECT_THAT(table({result}), HasSubstr("Permission denied\n\n1 port: 1 untested"));
    EXPECT_THAT(table({concluded(result)}),
                HasSubstr("Permission denied\n  concluded 2026-01-31 13:00:00.250\n"));
}

TEST_F(VerboseTable, FramesOfCount) {
    auto result = open_port(Protocol::tcp, 443);
    result.frames_sent = 1000;
    result.frames_lost = 3;
    EXPECT_THAT(probe_facts(result), HasSubstr("; 1 attempt; 1,000 frames, 3 lost; "));
}

TEST_F(VerboseTable, PortsAndHostsAreNeitherGroupedNorInAMatrix) {
    std::vector<Result> results;
    for (std::uint32_t place = 0; place < 4; ++place) {
        for (std::uint16_t port = 1; port <= 40; ++port) {
            results.push_back(closed_port(Protocol::tcp, port));
            results.back().host = "host" + std::to_string(place);
            results.back().host_place = place;
        }
    }
    const auto text = table(results);
    // Heading, header and 40 ports for each host, a blank line behind it; the summary.
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4 * (2 + 2 * 40 + 1) + 1) << text;
    EXPECT_THAT(text, Not(HasSubstr("--output csv")));
    EXPECT_LT(table(results, false).size(), text.size());
}

TEST_F(VerboseTable, VeryManyPortsAreGrouped) {
    std::vector<Result> results{open_port(Protocol::udp, 53)};
    for (std::uint16_t port = 1; port <= 1000; ++port) {
        results.push_back(closed_port(Protocol::tcp, port));
    }
    EXPECT_THAT(table(results),
                HasSubstr("instance 0000000000abcdef\n"
                          "closed, 1,000 ports: refused with a TCP reset\n"
                          "  tcp/1-1000\n"
                          "(-v lists up to 1,000 ports per address; --output csv lists all 1,001)\n"
                          "\n"));
    results.pop_back();
    EXPECT_THAT(table(results), Not(HasSubstr("--output csv")));
}

TEST_F(VerboseTable, HostileTextStaysOnItsLine) {
    auto result = concluded(sample(Protocol::tcp, 443, Verdict::untested, Evidence::local_error));
    result.host = hostile;
    result.local_reason = hostile;
    result.notes = {hostile};
    const auto text = table({result});
    EXPECT_TRUE(is_plain_text(text)) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 6);
}

TEST_F(VerboseTable, LongestLineIsNotCut) {
    auto result = concluded(open_port(Protocol::udp, 65535));
    const std::string_view longest = "2001:db8:1111:2222:3333:4444:5555:6666";
    result.endpoint.address = address(longest);
    result.local = socket_address(longest, 65535);
    result.seen->source = socket_address(longest, 65534);
    result.seen->destination = socket_address(longest, 65533);
    const auto facts = probe_facts(result);
    EXPECT_GT(facts.size(), 256U);
    EXPECT_TRUE(facts.ends_with("; hop limit 62 on arrival; pt-server instance 0000000000abcdef"))
        << facts;
}

}  // namespace
}  // namespace pt::client
