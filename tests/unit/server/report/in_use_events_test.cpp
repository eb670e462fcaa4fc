// What the log says of ports that other programs have.
#include "server/report/in_use_events.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <cerrno>

#include "tests/unit/server/report/port_tables.hpp"

namespace pt::server {
namespace {

TEST(InUseTest, NamesPortAddressAndTheNextStep) {
    PortTable table;
    add_both(table, Protocol::tcp, 22);
    add_both(table, Protocol::tcp, 53, EADDRINUSE);
    table.push_back(entry(Protocol::udp, any_v4, 53));
    table.push_back(entry(Protocol::udp, any_v6, 53, EADDRINUSE));
    table.push_back(entry(Protocol::udp, any_v4, 54, EADDRINUSE));
    PortSet asked;
    asked.insert(Protocol::tcp, Port{1}, Port{100});
    asked.insert(Protocol::udp, Port{53});
    const auto events = in_use_events(table, asked);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].message(),
              "tcp/53 on 0.0.0.0, [::]: in use by another program; this shows which, as root: "
              "ss -ltnp 'sport = :53'");
    EXPECT_EQ(boost::json::serialize(events[0].fields()),
              R"({"protocol":"tcp","port":53,"last_port":null,"addresses":["0.0.0.0","::"],)"
              R"("reason":"in use by another program","hint":"ss -ltnp 'sport = :53'"})");
    EXPECT_EQ(events[1].message(),
              "udp/53 on [::]: in use by another program; this shows which, as root: "
              "ss -lunp 'sport = :53'");
}

TEST(InUseTest, OfAGreatManyOnlyTheFirstAreNamed) {
    PortTable table;
    PortSet asked;
    asked.insert(Protocol::tcp, Port{1}, Port{65535});
    for (std::uint16_t port = 1000; port < 2000; ++port) {
        add_both(table, Protocol::tcp, port, EADDRINUSE);
    }
    const auto events = in_use_events(table, asked);
    ASSERT_EQ(events.size(), 9U);
    EXPECT_EQ(events.back().message(),
              "992 more ports in use by other programs: the table has all");
    EXPECT_EQ(boost::json::serialize(events.back().fields()), R"({"count":992})");
}

TEST(InUseTest, OfARangeBothEndsAreFields) {
    PortTable table;
    table.push_back(entry(Protocol::udp, any_v4, 1000, EADDRINUSE));
    table.back().more = 9;
    PortSet asked;
    asked.insert(Protocol::udp, Port{1000}, Port{1009});
    const auto events = in_use_events(table, asked);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].message(),
              "udp/1000-1009 on 0.0.0.0: in use by another program; this shows which, as root: "
              "ss -lunp 'sport = :1000-1009'");
    EXPECT_EQ(events[0].fields().at("port"), 1000);
    EXPECT_EQ(events[0].fields().at("last_port"), 1009);
}

}  // namespace
}  // namespace pt::server
