#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report/scan/make_reporter.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Result at_host(Result result, std::uint32_t place, const std::string& host = "") {
    const auto ip = "10.0.0." + std::to_string(place + 1);
    result.host = host.empty() ? ip : host;
    result.host_place = place;
    result.endpoint.address = address(ip);
    return result;
}

std::string table(const std::vector<Result>& results, Style style = {}) {
    std::ostringstream out;
    const auto report = make_table_report(out, style);
    for (const auto& result : results) {
        report->result(result);
    }
    report->finish({});
    return out.str();
}

std::vector<Result> hosts(std::uint32_t count, const std::vector<Result>& ports) {
    std::vector<Result> results;
    for (std::uint32_t place = 0; place < count; ++place) {
        for (const Result& port : ports) {
            results.push_back(at_host(port, place));
        }
    }
    return results;
}

Result filtered(std::uint16_t port, Direction direction) {
    auto result = filtered_port(Protocol::udp, port);
    result.conclusion.direction = direction;
    return result;
}

std::size_t widest_line(const std::string& text) {
    std::size_t widest = 0;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        widest = std::max(widest, line.size());
    }
    return widest;
}

TEST(Matrix, HostsAreRowsAndPortsAreColumns) {
    const auto text = table(hosts(3, {open_port(Protocol::tcp, 443), closed_port(Protocol::tcp, 80),
                                      filtered(53, Direction::forward)}));
    EXPECT_THAT(text, StartsWith("          tcp   tcp   udp\n"
                                 "HOST      80    443   53\n"
                                 "10.0.0.1  clos  open  filt>\n"
                                 "10.0.0.2  clos  open  filt>\n"
                                 "10.0.0.3  clos  open  filt>\n"
                                 "\nclos = closed, filt> = filtered (forward)\n"));
    EXPECT_THAT(text,
                HasSubstr("closed: refused with a TCP reset\n    tcp/80: all 3 hosts above\n"));
    EXPECT_THAT(text, HasSubstr("udp/53: all 3 hosts above\n"));
    EXPECT_THAT(text, Not(HasSubstr("echo received")));
    EXPECT_THAT(text, HasSubstr("9 ports: 3 open, 3 closed, 3 filtered\n"));
}

TEST(Matrix, TwoHostsKeepTheirTables) {
    EXPECT_THAT(table(hosts(2, {open_port(Protocol::tcp, 443)})), Not(HasSubstr("HOST")));
}

TEST(Matrix, HostsWithPortsOfTheirOwnKeepTheirTables) {
    EXPECT_THAT(
        table({at_host(open_port(Protocol::tcp, 1), 0), at_host(open_port(Protocol::tcp, 2), 1),
               at_host(open_port(Protocol::tcp, 3), 2)}),
        Not(HasSubstr("HOST")));
}

TEST(Matrix, AGapIsNoVerdict) {
    auto results = hosts(3, {open_port(Protocol::tcp, 1), open_port(Protocol::tcp, 2)});
    results.pop_back();
    const auto text = table(results);
    EXPECT_THAT(text, HasSubstr("10.0.0.3  open  -\n"));
    EXPECT_THAT(text, HasSubstr("- = no result\n"));
}

TEST(Matrix, ExceptionsAreNamed) {
    auto results = hosts(50, {open_port(Protocol::tcp, 443)});
    results[7] = at_host(closed_port(Protocol::tcp, 443), 7);
    results[9].notes = {"a note"};
    const auto text = table(results);
    EXPECT_THAT(text, HasSubstr("tcp/443: 10.0.0.8\n"));
    EXPECT_THAT(text, HasSubstr("open: echo received; a note\n    tcp/443: 10.0.0.10\n"));
}

TEST(Matrix, FitsIn60ColumnsAndATicket) {
    std::vector<Result> ports{open_port(Protocol::tcp, 22),     closed_port(Protocol::tcp, 65432),
                              filtered(53, Direction::forward), filtered(123, Direction::return_),
                              open_port(Protocol::tcp, 443),    open_port(Protocol::tcp, 8443)};
    const auto text = table(hosts(50, ports));
    EXPECT_LE(widest_line(text), 60U) << text;
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 75) << text;
}

TEST(Matrix, SaysNothingOfWhatIsHidden) {
    auto results = hosts(4, {open_port(Protocol::tcp, 443), closed_port(Protocol::tcp, 80),
                             closed_port(Protocol::tcp, 81)});
    results[2] = at_host(open_port(Protocol::tcp, 81), 0);
    std::ostringstream out;
    const auto report = make_table_report(out, {}, {.shown = {std::set{Verdict::closed}}});
    for (const auto& result : results) {
        report->result(result);
    }
    report->finish({});
    EXPECT_THAT(out.str(), HasSubstr("10.0.0.1  clos  -\n"));
    EXPECT_THAT(out.str(), HasSubstr("- = no result\n"));
    EXPECT_THAT(out.str(), HasSubstr("12 ports: 5 open, 7 closed"));
}

TEST(Matrix, ManyPortsAreBlocksOfColumns) {
    std::vector<Result> ports;
    for (std::uint16_t port = 60'001; port <= 60'020; ++port) {
        ports.push_back(open_port(Protocol::tcp, port));
    }
    const auto text = table(hosts(3, ports));
    EXPECT_LE(widest_line(text), 60U) << text;
    EXPECT_THAT(text, HasSubstr("60001"));
    EXPECT_THAT(text, HasSubstr("60020"));
}

TEST(Matrix, ALongNameStandsAlone) {
    auto results = hosts(3, {open_port(Protocol::tcp, 443)});
    results[1].host = "a-very-long-name-of-a-host.department.example.com";
    EXPECT_THAT(table(results),
                HasSubstr("\na-very-long-name-of-a-host.department.example.com (10.0.0.2)\n"
                          "          open\n"));
}

TEST(Matrix, IsHarmlessAndPlainWithoutColour) {
    auto results = hosts(3, {closed_port(Protocol::tcp, 443)});
    results[1].host = hostile;
    results[2].notes = {hostile};
    EXPECT_TRUE(is_plain_text(table(results)));
    EXPECT_THAT(table(results, {.colour = true}), HasSubstr("\x1b[31mclos\x1b[0m"));
}

}  // namespace
}  // namespace pt::client
