// The tables on standard output, and the decisions that rest on the port table.
#include "server/report/report.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "tests/unit/server/report/port_tables.hpp"

namespace pt::server {
namespace {

bool has_line(const std::string& text, const std::string& line) {
    return ('\n' + text).find('\n' + line + '\n') != std::string::npos;
}

auto lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

TEST(PortTableTest, ErrorsBecomeStates) {
    EXPECT_EQ(state_of_error(0), PortState::listening);
    EXPECT_EQ(state_of_error(EADDRINUSE), PortState::in_use);
    EXPECT_EQ(state_of_error(EACCES), PortState::no_permission);
    EXPECT_EQ(state_of_error(EPERM), PortState::no_permission);
    EXPECT_EQ(state_of_error(EMFILE), PortState::no_descriptors);
    EXPECT_EQ(state_of_error(ENFILE), PortState::no_descriptors);
    EXPECT_EQ(state_of_error(EADDRNOTAVAIL), PortState::address_not_available);
    EXPECT_EQ(state_of_error(EAFNOSUPPORT), PortState::address_not_available);
    EXPECT_EQ(state_of_error(ENOMEM), PortState::failed);
}

TEST(PortTableTest, APortIsCountedOnceForAllItsAddresses) {
    PortTable table;
    add_both(table, Protocol::tcp, 53);
    add_both(table, Protocol::tcp, 80, EADDRINUSE);
    table.push_back(entry(Protocol::tcp, any_v4, 443, EADDRINUSE));
    table.push_back(entry(Protocol::tcp, any_v6, 443));
    add_both(table, Protocol::udp, 53);
    EXPECT_EQ(count_ports(table), (PortCount{3, 1, 1}));
    EXPECT_EQ(count_ports({}), PortCount{});
}

TEST(PortTableTest, TheStartIsDecidedByWhatListens) {
    PortTable good;
    add_both(good, Protocol::tcp, 53);
    PortTable mixed = good;
    add_both(mixed, Protocol::tcp, 80, EADDRINUSE);
    PortTable one_family = good;
    one_family.back() = entry(Protocol::tcp, any_v6, 53, EADDRINUSE);
    PortTable bad;
    add_both(bad, Protocol::tcp, 80, EADDRINUSE);
    struct Case {
        const char* name;
        const PortTable& table;
        ExitCode lenient;
        ExitCode strict;
    };
    for (const auto& one :
         {Case{"good", good, ExitCode::stopped, ExitCode::stopped},
          Case{"mixed", mixed, ExitCode::stopped, ExitCode::port_not_bound},
          Case{"one family", one_family, ExitCode::stopped, ExitCode::port_not_bound},
          Case{"bad", bad, ExitCode::cannot_serve, ExitCode::port_not_bound}}) {
        EXPECT_EQ(start_decision(one.table, Strictness::lenient), one.lenient) << one.name;
        EXPECT_EQ(start_decision(one.table, Strictness::strict), one.strict) << one.name;
    }
}

TEST(PortReportTest, ARowForEachPortOrForEachAddressThatDiffers) {
    PortTable table;
    add_both(table, Protocol::tcp, 53);
    table.push_back(entry(Protocol::tcp, any_v4, 8080, EADDRINUSE));
    table.push_back(entry(Protocol::tcp, any_v6, 8080));
    add_both(table, Protocol::udp, 50000);
    EXPECT_EQ(port_report(table),
              "PROTOCOL  PORT   SERVICE   RANGE    ADDRESS        STATE\n"
              "tcp       53     domain    system   0.0.0.0, [::]  listening\n"
              "tcp       8080   http-alt  user     0.0.0.0        in use by another program\n"
              "tcp       8080   http-alt  user     [::]           listening\n"
              "udp       50000  -         dynamic  0.0.0.0, [::]  listening\n");
    EXPECT_EQ(ready_line(table),
              "pt-server ready: 3 ports listening (1 of them not on every address), 0 not\n");
}

TEST(PortReportTest, ARemedyIsSaidOnceAfterTheLastRowThatWantsIt) {
    PortTable table;
    add_both(table, Protocol::tcp, 80, EACCES);
    add_both(table, Protocol::tcp, 443, EACCES);
    add_both(table, Protocol::tcp, 8080);
    const auto text = port_report(table);
    const auto remedy = text.find("ip_unprivileged_port_start");
    ASSERT_NE(remedy, std::string::npos);
    EXPECT_GT(remedy, text.find("https"));
    EXPECT_LT(remedy, text.find("8080"));
    EXPECT_NE(text.find("cap_net_bind_service"), std::string::npos);
    EXPECT_NE(text.find("--cap-add"), std::string::npos);
    EXPECT_EQ(lines(text), 5);
}

TEST(PortReportTest, AnythingElseIsToldInTheSystemsWords) {
    const auto text = port_report({entry(Protocol::tcp, any_v4, 80, ENOMEM)});
    EXPECT_NE(text.find("failed: Cannot allocate memory"), std::string::npos) << text;
}

TEST(PortReportTest, ThousandsOfPortsAreGroupedByStateAndRange) {
    PortTable table;
    for (std::uint16_t port = 1000; port <= 3000; ++port) {
        add_both(table, Protocol::tcp, port, port == 2000 ? EADDRINUSE : 0);
    }
    const auto text = port_report(table);
    EXPECT_EQ(lines(text), 5) << text;
    EXPECT_NE(text.find("1000-1023  (24 ports)"), std::string::npos) << text;
    EXPECT_NE(text.find("1024-1999  (976 ports)"), std::string::npos) << text;
    EXPECT_NE(text.find("2001-3000  (1000 ports)"), std::string::npos) << text;
    EXPECT_EQ(ready_line(table), "pt-server ready: 2000 ports listening, 1 not\n");
}

TEST(ReadyLineTest, OnePortIsOnePort) {
    EXPECT_EQ(ready_line({entry(Protocol::tcp, any_v4, 80)}),
              "pt-server ready: 1 port listening, 0 not\n");
}

TEST(TotalsTest, ARowForEachPortThatAnythingHappenedOn) {
    PortTable table;
    for (const auto protocol : all_protocols) {
        add_both(table, protocol, 53);
        add_both(table, protocol, 80);
    }
    Counters counters;
    counters.connected(Port{53});
    counters.echoed(Protocol::tcp, Port{53});
    counters.echoed(Protocol::udp, Port{53});
    counters.ignored(Protocol::udp, Port{53}, Silence::not_a_frame);
    counters.closed_without_data = 2;
    const auto text = totals_report(table, counters);
    EXPECT_TRUE(has_line(text, "PROTOCOL  PORT  SERVICE  CONNECTIONS  ECHOES  IGNORED")) << text;
    EXPECT_TRUE(has_line(text, "tcp       53    domain             1       1        0")) << text;
    EXPECT_TRUE(has_line(text, "udp       53    domain             -       1        1")) << text;
    EXPECT_TRUE(has_line(text, "tcp       all                      1       1        0")) << text;
    EXPECT_TRUE(has_line(text, "udp       all                      -       1        1")) << text;
    EXPECT_TRUE(has_line(text, "  1 udp ignored: not a pt frame")) << text;
    EXPECT_TRUE(has_line(text, "  2 tcp connections closed: no frame in time")) << text;
    EXPECT_EQ(text.find("80"), std::string::npos) << text;
}

TEST(TotalsTest, AProtocolThatWasNotAskedForHasNoSum) {
    const auto text = totals_report({entry(Protocol::tcp, any_v4, 80)}, {});
    EXPECT_EQ(lines(text), 2);
    EXPECT_EQ(text.find("udp"), std::string::npos);
}

TEST(TotalsTest, EqualTotalsOfManyPortsShareARow) {
    PortTable table;
    Counters counters;
    for (std::uint16_t port = 2000; port < 2100; ++port) {
        add_both(table, Protocol::udp, port);
        counters.echoed(Protocol::udp, Port{port});
    }
    counters.echoed(Protocol::udp, Port{2050});
    const auto text = totals_report(table, counters);
    EXPECT_EQ(lines(text), 5) << text;
    EXPECT_NE(text.find("2000-2049  50 ports, each"), std::string::npos) << text;
}

}  // namespace
}  // namespace pt::server
