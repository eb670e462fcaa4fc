#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report/compare/comparison.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

using Results = std::vector<Result>;
constexpr auto tcp = Protocol::tcp;
constexpr auto udp = Protocol::udp;

std::string table(const Comparison& comparison, Style style = {}) {
    std::ostringstream out;
    print_comparison(comparison, OutputFormat::table, out, style);
    return out.str();
}

Result of(Result result, std::string host) {
    result.host = std::move(host);
    return result;
}

TEST(ComparisonTable, NoDifferences) {
    const Results results{open_port(tcp, 443), open_port(udp, 53)};
    EXPECT_EQ(table(compare(results, results)), "2 ports compared: no differences\n");
}

TEST(ComparisonTable, NothingKnownIsNotCalledNoDifference) {
    const Results results{sample(tcp, 443, Verdict::untested, Evidence::interrupted)};
    EXPECT_EQ(table(compare(results, results)),
              "0 ports compared: nothing is known in both scans; 1 untested in both\n");
}

TEST(ComparisonTable, ASectionForEachKindWithOneHostOnTop) {
    auto rejected = sample(tcp, 25, Verdict::rejected, Evidence::icmp_admin_prohibited);
    rejected.conclusion.by = address("10.77.1.1");
    auto nat = open_port(tcp, 22);
    nat.seen->source = socket_address("203.0.113.9", 40001);
    const Results before{rejected,
                         open_port(tcp, 443),
                         open_port(tcp, 444),
                         sample(tcp, 53, Verdict::untested, Evidence::interrupted),
                         open_port(tcp, 22),
                         open_port(tcp, 99)};
    const Results after{open_port(tcp, 25),
                        filtered_port(tcp, 443),
                        filtered_port(tcp, 444),
                        open_port(tcp, 53),
                        nat,
                        closed_port(udp, 98)};
    EXPECT_EQ(
        table(compare(before, after)),
        "example.com (192.0.2.7)\n"
        "\n"
        "Newly open\n"
        "  tcp/25  smtp  rejected -> open  rejected by 10.77.1.1: ICMP administratively "
        "prohibited -> echo received\n"
        "\n"
        "Newly blocked\n"
        "  tcp/443-444  -  open -> filtered  echo received -> no reply\n"
        "\n"
        "Changed\n"
        "  tcp/22  ssh  open  echo received; source address not rewritten before, rewritten "
        "to 203.0.113.9 after\n"
        "\n"
        "Not comparable\n"
        "  tcp/53  domain  untested -> open  interrupted before a reply was received -> echo "
        "received\n"
        "\n"
        "Only before\n"
        "  tcp/99  metagram  open -> none  echo received\n"
        "\n"
        "Only after\n"
        "  udp/98  tacnews  none -> closed  refused by the target: ICMP port unreachable\n"
        "\n"
        "4 ports compared: 1 newly open, 2 newly blocked, 1 changed, 1 not comparable, 1 only "
        "before, 1 only after\n");
}

TEST(ComparisonTable, SeveralHostsAreNamedInTheRows) {
    const Results before{open_port(tcp, 443), of(open_port(tcp, 8080), "b"),
                         of(open_port(tcp, 1), "old"), of(closed_port(tcp, 2), "old")};
    const Results after{closed_port(tcp, 443), of(closed_port(tcp, 8080), "b"),
                        of(filtered_port(tcp, 1), "new")};
    EXPECT_EQ(table(compare(before, after)),
              "Changed\n"
              "  example.com (192.0.2.7)  tcp/443   https     open -> closed  echo received -> "
              "refused with a TCP reset\n"
              "  b (192.0.2.7)            tcp/8080  http-alt  open -> closed  echo received -> "
              "refused with a TCP reset\n"
              "\n"
              "Removed hosts\n"
              "  old: 2 ports, 1 reachable\n"
              "\n"
              "New hosts\n"
              "  new: 1 port, 0 reachable\n"
              "\n"
              "2 ports compared: 2 changed, 1 removed host, 1 new host\n");
}

TEST(ComparisonTable, OneChangeAmongSeveralHostsNamesItsHost) {
    const Results before{open_port(tcp, 443), of(open_port(tcp, 443), "b")};
    const Results after{closed_port(tcp, 443), of(open_port(tcp, 443), "b")};
    EXPECT_THAT(table(compare(before, after)), HasSubstr("  example.com (192.0.2.7)  tcp/443"));
}

TEST(ComparisonTable, NotesFollow) {
    auto moved = open_port(tcp, 443);
    moved.endpoint.address = address("192.0.2.9");
    moved.seen->destination = moved.endpoint.socket_address();
    auto comparison = compare({open_port(tcp, 443)}, {moved});
    comparison.remarks = {"one"};
    EXPECT_EQ(table(comparison),
              "1 port compared: no differences\n"
              "Note: example.com had another address: 192.0.2.7 before, 192.0.2.9 after\n"
              "Note: one\n");
    comparison.remarks.assign(40, "more");
    EXPECT_THAT(table(comparison), HasSubstr("Note: 21 more with --output json\n"));
}

TEST(ComparisonTable, ManyScatteredPortsAreGrouped) {
    Results before;
    Results after;
    for (std::uint16_t port = 1; port < 200; port += 2) {
        before.push_back(open_port(tcp, port));
        after.push_back(closed_port(tcp, port));
        before.push_back(open_port(udp, port));
        after.push_back(closed_port(udp, port));
    }
    const auto text = table(compare(before, after));
    EXPECT_THAT(text, HasSubstr("Changed\n"
                                "  open -> closed, 100 ports: echo received -> refused with a TCP "
                                "reset\n"
                                "    tcp/1,3,5,7,"));
    EXPECT_THAT(text, HasSubstr("\n    udp/1,3,5,7,"));
    EXPECT_LT(std::count(text.begin(), text.end(), '\n'), 30);
}

TEST(ComparisonTable, ColourOnlyWhereTheStyleHasIt) {
    const auto comparison = compare({open_port(tcp, 443)}, {filtered_port(tcp, 443)});
    EXPECT_THAT(table(comparison), Not(HasSubstr("\x1b")));
    EXPECT_THAT(table(comparison, {.colour = true}),
                AllOf(HasSubstr("\x1b[1mNewly blocked\x1b[0m"),
                      HasSubstr("\x1b[32mopen\x1b[0m -> \x1b[33mfiltered\x1b[0m")));
}

}  // namespace
}  // namespace pt::client
