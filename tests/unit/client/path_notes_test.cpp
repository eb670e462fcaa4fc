#include "client/path_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/notes.hpp"

namespace pt::client {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SocketAddress at(const char* address, std::uint16_t port) {
    return {*IpAddress::parse(address), Port{port}};
}

Probe echoed(Protocol protocol, std::uint16_t port, const SocketAddress& seen_as,
             std::uint64_t instance = 7) {
    Probe probe;
    probe.endpoint = {protocol, *IpAddress::parse("192.0.2.9"), Port{port}};
    probe.findings.echo = true;
    probe.local = at("10.0.0.1", 40000);
    probe.seen = ServerView{seen_as, probe.endpoint.socket_address(), 64, instance, 0};
    return probe;
}

TEST(PathNotes, SayNothingWhereNothingIsToBeSaid) {
    EXPECT_THAT(path_notes({echoed(Protocol::udp, 53, at("10.0.0.1", 40000)),
                            echoed(Protocol::udp, 54, at("10.0.0.1", 40000))},
                           {}, {}),
                IsEmpty());
}

TEST(PathNotes, OneMappingForAllPortsIsEndpointIndependent) {
    EXPECT_THAT(path_notes({echoed(Protocol::udp, 53, at("203.0.113.9", 61000)),
                            echoed(Protocol::udp, 54, at("203.0.113.9", 61000))},
                           {}, {}),
                ElementsAre(HasSubstr("endpoint-independent")));
}

TEST(PathNotes, AMappingForEachPortIsEndpointDependent) {
    EXPECT_THAT(path_notes({echoed(Protocol::udp, 53, at("203.0.113.9", 61000)),
                            echoed(Protocol::udp, 54, at("203.0.113.9", 61001))},
                           {}, {}),
                ElementsAre(HasSubstr("endpoint-dependent")));
}

TEST(PathNotes, OnePortTellsNothingOfAMapping) {
    EXPECT_THAT(path_notes({echoed(Protocol::udp, 53, at("203.0.113.9", 61000)),
                            echoed(Protocol::tcp, 54, at("203.0.113.9", 61001))},
                           {}, {}),
                IsEmpty());
}

Probe finished_udp(std::uint16_t port) {
    Probe probe;
    probe.endpoint = {Protocol::udp, *IpAddress::parse("192.0.2.9"), Port{port}};
    probe.finished = true;
    return probe;
}

Probe refused(std::uint16_t port, const char* by) {
    Probe probe = finished_udp(port);
    constexpr std::uint8_t unreachable = 3;
    probe.findings.icmp = IcmpError{false, unreachable, unreachable, *IpAddress::parse(by)};
    return probe;
}

TEST(PathNotes, SilenceBesideFewRefusalsMayBeTheLimitOfICMPErrors) {
    EXPECT_THAT(path_notes({refused(1, "192.0.2.9"), finished_udp(2), finished_udp(3)}, {}, {}),
                ElementsAre(AllOf(HasSubstr("192.0.2.9 refused 1 UDP port by ICMP"),
                                  HasSubstr("silent on 2"), HasSubstr("may be closed"))));
}

TEST(PathNotes, ManyRefusalsARoutersOrAnEchoSayNothingOfThatLimit) {
    EXPECT_THAT(path_notes({refused(1, "192.0.2.9"), finished_udp(2)}, {}, {}), IsEmpty());
    EXPECT_THAT(path_notes({refused(1, "198.51.100.1"), finished_udp(2), finished_udp(3)}, {}, {}),
                IsEmpty());
    Probe open = echoed(Protocol::udp, 53, at("10.0.0.1", 40000));
    open.finished = true;
    EXPECT_THAT(
        path_notes({refused(1, "192.0.2.9"), finished_udp(2), finished_udp(3), open}, {}, {}),
        IsEmpty());
}

TEST(PathNotes, NameThePortsThatLeadToAnotherServer) {
    const auto same = at("10.0.0.1", 40000);
    EXPECT_THAT(path_notes({echoed(Protocol::tcp, 443, same, 1), echoed(Protocol::tcp, 80, same, 1),
                            echoed(Protocol::tcp, 8443, same, 2)},
                           {}, {}),
                ElementsAre(testing::AllOf(HasSubstr("2 pt-servers"), HasSubstr("on tcp/80,443"),
                                           HasSubstr("on tcp/8443"))));
}

TEST(PathNotes, TellWhereFramesWereDoubledOvertakenAndAltered) {
    EXPECT_THAT(path_notes({}, {3, 2}, {100, 1, 4, 5}),
                ElementsAre(HasSubstr("3 of our frames reached the server twice"),
                            HasSubstr("2 of the echoes came twice"), HasSubstr("5 of our frames"),
                            HasSubstr("4 of our frames were altered")));
}

Conclusion open_port() { return {Verdict::open, Evidence::echo, {}, {}}; }

TEST(Notes, TellWhatBecameOfMarks) {
    Probe probe = echoed(Protocol::udp, 53, at("10.0.0.1", 40000));
    probe.sent_tos = 46 << 2 | 2;
    probe.seen->received_tos = 46 << 2 | 2;
    EXPECT_THAT(notes_for(probe, open_port()), IsEmpty());
    probe.seen->received_tos = 46 << 2;
    EXPECT_THAT(notes_for(probe, open_port()), ElementsAre("ECN cleared on the way"));
    probe.seen->received_tos = 46 << 2 | 3;
    EXPECT_THAT(notes_for(probe, open_port()), ElementsAre(HasSubstr("congestion")));
    probe.seen->received_tos = 2;
    EXPECT_THAT(notes_for(probe, open_port()),
                ElementsAre("DSCP changed on the way: sent 46, arrived 0"));
    probe.seen->received_ttl = 0;  // the server's kernel told nothing
    EXPECT_THAT(notes_for(probe, open_port()), IsEmpty());
}

TEST(Notes, TellWhichAddressWasRewritten) {
    Probe probe = echoed(Protocol::tcp, 443, at("203.0.113.9", 40001));
    probe.seen->destination = at("192.0.2.9", 8443);
    EXPECT_THAT(notes_for(probe, open_port()),
                ElementsAre("source rewritten (NAT): the server saw 203.0.113.9:40001",
                            "destination rewritten (DNAT): it arrived at 192.0.2.9:8443"));
}

TEST(Notes, WhichEndsOfACutConnectionWereReset) {
    Probe probe;
    const Conclusion cut{Verdict::cut, Evidence::data_reset, {}, {}};
    Knowledge knowledge;
    EXPECT_THAT(notes_for(probe, cut, knowledge), IsEmpty());
    knowledge.server_was_reset = true;
    EXPECT_THAT(notes_for(probe, cut, knowledge), ElementsAre(HasSubstr("reset both")));
    knowledge.server_was_reset = false;
    EXPECT_THAT(notes_for(probe, cut, knowledge), ElementsAre(HasSubstr("forged")));
}

}  // namespace
}  // namespace pt::client
