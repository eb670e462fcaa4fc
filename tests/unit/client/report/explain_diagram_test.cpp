#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/report/explain/diagram.hpp"
#include "report/explain_texts.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto not_proven = "who sends packets from this address is not proven";

TEST(ExplainDiagram, AnOpenPort) {
    auto result = open_port(Protocol::tcp, 443);
    result.hops = 2;
    EXPECT_EQ(diagram(result),
              R"(   client                                                         pt-server
      |                                                               |
      |--- SYN ------------------------------------------------------>|
      |<------------------------------------------------- SYN, ACK ---|
      |--- ACK, request --------------------------------------------->|
      |<----------------------------------------------------- echo ---|
    client     198.51.100.4:52123
    pt-server  192.0.2.7:443; it saw the request come from 198.51.100.4:52123 to
               192.0.2.7:443, TTL 62 (2 less than this host sends; each router
               takes 1); no NAT is visible
)");
}

TEST(ExplainDiagram, ANatIsDrawnWhereAddressesWereRewritten) {
    auto result = open_port(Protocol::udp, 443);
    result.seen->source = socket_address("203.0.113.9", 40001);
    result.seen->destination = socket_address("10.0.0.7", 8443);
    const auto text = diagram(result);
    EXPECT_THAT(text, HasSubstr("   client                            NAT                          "
                                "pt-server\n"));
    EXPECT_THAT(text, HasSubstr("      |--- request ------------------>|--- request "
                                "------------------>|\n"));
    EXPECT_THAT(unwrapped(text),
                HasSubstr("source rewritten (NAT): sent from 198.51.100.4:52123, received from "
                          "203.0.113.9:40001; destination rewritten (port forwarding or load "
                          "balancer): sent to 192.0.2.7:443, received at 10.0.0.7:8443; by one "
                          "device or several"));
}

TEST(ExplainDiagram, LostOnTheWayThere) {
    auto result = filtered_port(Protocol::tcp, 443);
    result.conclusion.direction = Direction::forward;
    const auto text = diagram(result);
    EXPECT_THAT(text, HasSubstr("      |--- SYN ---------------------->x                          "
                                "     |\n"));
    EXPECT_THAT(text, HasSubstr("\n    pt-server  192.0.2.7:443\n"));
    EXPECT_THAT(text, HasSubstr("x          lost on the way there: pt-server's record"));
}

TEST(ExplainDiagram, LostOnTheWayBack) {
    auto result = filtered_port(Protocol::udp, 53);
    result.conclusion.direction = Direction::return_;
    const auto text = diagram(result);
    EXPECT_THAT(text, HasSubstr("      |--- request -------------------------------------------"
                                "------->|\n"));
    EXPECT_THAT(text, HasSubstr("      |                               x<-------------------- "
                                "reply ---|\n"));
}

TEST(ExplainDiagram, LostSomewhere) {
    const auto text = diagram(filtered_port(Protocol::udp, 53));
    EXPECT_THAT(text, HasSubstr("      |--- request ------------------>?"));
    EXPECT_THAT(text, HasSubstr("    target     192.0.2.7:53\n"));
    EXPECT_THAT(unwrapped(text), HasSubstr("lost somewhere: on the way there or on the way back, "
                                           "or nothing replied; which of them is not proven"));
}

TEST(ExplainDiagram, AttemptsThatWereLostBeforeAnEcho) {
    auto result = open_port(Protocol::tcp, 443);
    result.findings = Findings{};
    EXPECT_THAT(diagram(result), Not(HasSubstr("?")));
    result.findings->lost = 3;
    EXPECT_THAT(diagram(result), HasSubstr("|--- SYN ---------------------->?"));
    EXPECT_THAT(unwrapped(diagram(result)), HasSubstr("lost in attempts before that"));
}

TEST(ExplainDiagram, TheSenderOfAnIcmpErrorByItsAddress) {
    auto result = sample(Protocol::udp, 53, Verdict::rejected, Evidence::icmp_admin_prohibited);
    result.conclusion.by = address("10.77.1.1");
    EXPECT_THAT(diagram(result), HasSubstr("      |<--------------- ICMP error ---|  "));
    EXPECT_THAT(unwrapped(diagram(result)), HasSubstr("device 10.77.1.1: sent the ICMP error"));
    result.conclusion.by.reset();
    EXPECT_THAT(diagram(result), HasSubstr("<--------------- ICMP error ---?  "));
    result.conclusion.by = result.local->address;
    EXPECT_THAT(diagram(result), HasSubstr("      |--- request ---->x  "));
    EXPECT_THAT(unwrapped(diagram(result)),
                HasSubstr("x not sent: this host itself refused it, or could not deliver it"));
    // On loopback the target has the client's address.
    result.endpoint.address = result.local->address;
    EXPECT_THAT(diagram(result), HasSubstr("- ICMP error ---|\n"));
    EXPECT_THAT(unwrapped(diagram(result)), HasSubstr(not_proven));
}

TEST(ExplainDiagram, AForgedResetHasNoKnownSender) {
    const auto text = diagram(sample(Protocol::tcp, 1, Verdict::rejected, Evidence::forged_reset));
    EXPECT_THAT(text, HasSubstr("<---------------------- RST ---?"));
    EXPECT_THAT(unwrapped(text), HasSubstr("sent by a firewall on the way, or on the server "
                                           "itself"));
}

TEST(ExplainDiagram, DataIsLostWhereTheRecordSaysSo) {
    auto result = sample(Protocol::tcp, 1, Verdict::cut, Evidence::data_lost);
    result.reached = Reached::frame;
    EXPECT_THAT(diagram(result), HasSubstr("lost on the way back"));
    result.reached = Reached::established;
    EXPECT_THAT(diagram(result), HasSubstr("lost on the way there"));
    EXPECT_THAT(diagram(result), HasSubstr("- SYN, ACK ---|\n"));
    result.reached = Reached::attempt;
    EXPECT_THAT(diagram(result), Not(HasSubstr("lost on the way")));
    EXPECT_THAT(diagram(result), HasSubstr("- SYN, ACK ---?"));
}

TEST(ExplainDiagram, AHandshakeHasNoKnownEndWithoutARecordOfIt) {
    for (const auto evidence : {Evidence::handshake, Evidence::foreign_data, Evidence::data_reset,
                                Evidence::altered_echo, Evidence::data_lost}) {
        auto result = sample(Protocol::tcp, 1, Verdict::answered, evidence);
        result.server_holds_port = true;
        EXPECT_THAT(diagram(result), Not(HasSubstr("---|\n"))) << diagram(result);
        EXPECT_THAT(diagram(result), HasSubstr("- SYN, ACK ---?"));
        EXPECT_THAT(unwrapped(diagram(result)),
                    HasSubstr("? packets from there carry the target's address; who sends them is "
                              "not proven"));
        result.reached = Reached::established;
        EXPECT_THAT(diagram(result), HasSubstr("- SYN, ACK ---|\n"));
        EXPECT_THAT(unwrapped(diagram(result)), HasSubstr(not_proven));
    }
    EXPECT_THAT(unwrapped(diagram(closed_port(Protocol::tcp, 1))), HasSubstr(not_proven));
    EXPECT_THAT(unwrapped(diagram(open_port(Protocol::tcp, 1))), Not(HasSubstr(not_proven)));
}

TEST(ExplainDiagram, ADeviceIsNotDrawnOnThePathOfAHandshake) {
    auto result = sample(Protocol::tcp, 1, Verdict::rejected, Evidence::icmp_admin_prohibited);
    result.conclusion.by = address("10.77.1.1");
    result.findings = Findings{};
    result.findings->connected = true;
    result.reached = Reached::established;
    EXPECT_THAT(diagram(result), Not(HasSubstr("---|\n")));
    EXPECT_THAT(diagram(result), HasSubstr("|--- packet ------------------->|  "));
}

TEST(ExplainDiagram, AConnectionBeforeTheEndIsDrawn) {
    for (const auto evidence : {Evidence::interrupted, Evidence::server_lost,
                                Evidence::icmp_host_unreachable, Evidence::icmp_port_unreachable}) {
        auto result = sample(Protocol::tcp, 1, Verdict::untested, evidence);
        result.findings = Findings{};
        EXPECT_THAT(diagram(result), Not(HasSubstr("SYN, ACK")));
        result.findings->connected = true;
        EXPECT_THAT(diagram(result), HasSubstr("- SYN, ACK ---?"));
        EXPECT_THAT(diagram(result), Not(HasSubstr("no reply")));
        EXPECT_THAT(unwrapped(diagram(result)), HasSubstr("who sends them is not proven; "));
    }
}

TEST(ExplainDiagram, AnAlteredEchoByWhatTheServerReceived) {
    auto result = sample(Protocol::udp, 1, Verdict::intercepted, Evidence::altered_echo);
    EXPECT_THAT(unwrapped(diagram(result)), HasSubstr("on the way there or on the way back; by"));
    result.findings = Findings{};
    EXPECT_THAT(unwrapped(diagram(result)),
                HasSubstr("? the echo was altered on the way back, or by a relay; by what"));
    result.findings->padding_altered = true;
    EXPECT_THAT(unwrapped(diagram(result)),
                HasSubstr("? the request was altered on the way there; by what"));
}

}  // namespace
}  // namespace pt::client
