#include "client/conclude/path_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pt::client {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SocketAddress at(const char* address, std::uint16_t port) {
    return {*IpAddress::parse(address), Port{port}};
}

Result echoed(Protocol protocol, std::uint16_t port, const SocketAddress& seen_as,
              std::uint64_t instance = 7) {
    Result result;
    result.endpoint = {protocol, *IpAddress::parse("192.0.2.9"), Port{port}};
    result.findings = Findings{.echo = true};
    result.local = at("10.0.0.1", 40000);
    result.seen = ServerView{seen_as, result.endpoint.socket_address(), 64, instance, 0};
    return result;
}

std::vector<std::string> notes_of(const std::vector<Result>& results) {
    PathNotes notes;
    for (const Result& result : results) {
        notes.add(result);
    }
    return notes.text({}, {});
}

TEST(PathNotes, SayNothingWhereNothingIsToBeSaid) {
    EXPECT_THAT(notes_of({echoed(Protocol::udp, 53, at("10.0.0.1", 40000)),
                          echoed(Protocol::udp, 54, at("10.0.0.1", 40000))}),
                IsEmpty());
}

TEST(PathNotes, OneMappingForAllPortsIsEndpointIndependent) {
    EXPECT_THAT(notes_of({echoed(Protocol::udp, 53, at("203.0.113.9", 61000)),
                          echoed(Protocol::udp, 54, at("203.0.113.9", 61000))}),
                ElementsAre("the NAT maps 10.0.0.1:40000 to 203.0.113.9:61000 for 2 UDP ports: "
                            "endpoint-independent mapping (RFC 4787)"));
}

TEST(PathNotes, AMappingForEachPortIsEndpointDependent) {
    EXPECT_THAT(notes_of({echoed(Protocol::udp, 53, at("203.0.113.9", 61000)),
                          echoed(Protocol::udp, 54, at("203.0.113.9", 61001))}),
                ElementsAre("the NAT maps 10.0.0.1:40000 to up to 2 addresses and ports for 2 UDP "
                            "ports: endpoint-dependent mapping (RFC 4787)"));
}

TEST(PathNotes, SeveralLocalPortsAreToldOfTogether) {
    std::vector<Result> results;
    for (const std::uint16_t local : std::initializer_list<std::uint16_t>{40000, 40001}) {
        for (const std::uint16_t port : std::initializer_list<std::uint16_t>{53, 54, 55}) {
            results.push_back(echoed(Protocol::udp, port,
                                     at("203.0.113.9", static_cast<std::uint16_t>(local + 20000))));
            results.back().local = at("10.0.0.1", local);
        }
    }
    EXPECT_THAT(notes_of(results),
                ElementsAre("the NAT maps each of 2 local ports to one address and port for 6 UDP "
                            "ports: endpoint-independent mapping (RFC 4787)"));
}

TEST(PathNotes, OnePortTellsNothingOfAMapping) {
    EXPECT_THAT(notes_of({echoed(Protocol::udp, 53, at("203.0.113.9", 61000)),
                          echoed(Protocol::tcp, 54, at("203.0.113.9", 61001))}),
                IsEmpty());
}

Result silent_udp(std::uint16_t port) {
    Result result;
    result.endpoint = {Protocol::udp, *IpAddress::parse("192.0.2.9"), Port{port}};
    result.findings = Findings{};
    return result;
}

Result refused(std::uint16_t port, const char* by) {
    Result result = silent_udp(port);
    constexpr std::uint8_t unreachable = 3;
    result.findings->icmp = IcmpError{false, unreachable, unreachable, *IpAddress::parse(by)};
    result.findings->icmp_errors = 1;
    return result;
}

TEST(PathNotes, SilenceBesideFewRefusalsMayBeTheLimitOfICMPErrors) {
    EXPECT_THAT(notes_of({refused(1, "192.0.2.9"), silent_udp(2), silent_udp(3)}),
                ElementsAre(AllOf(HasSubstr("192.0.2.9 refused 1 UDP port by ICMP"),
                                  HasSubstr("did not answer on 2"), HasSubstr("may be closed"))));
}

TEST(PathNotes, ManyRefusalsARoutersOrAnEchoSayNothingOfThatLimit) {
    EXPECT_THAT(notes_of({refused(1, "192.0.2.9"), silent_udp(2)}), IsEmpty());
    EXPECT_THAT(notes_of({refused(1, "198.51.100.1"), silent_udp(2), silent_udp(3)}), IsEmpty());
    EXPECT_THAT(notes_of({refused(1, "192.0.2.9"), silent_udp(2), silent_udp(3),
                          echoed(Protocol::udp, 53, at("10.0.0.1", 40000))}),
                IsEmpty());
}

TEST(PathNotes, NameTheServersOfAnAddress) {
    const auto same = at("10.0.0.1", 40000);
    const std::vector<Result> on_one_host{echoed(Protocol::tcp, 443, same, 1),
                                          echoed(Protocol::tcp, 80, same, 1),
                                          echoed(Protocol::tcp, 8443, same, 2)};
    EXPECT_THAT(notes_of(on_one_host),
                ElementsAre(AllOf(HasSubstr("2 instances of pt-server answered at 192.0.2.9:"),
                                  HasSubstr("on tcp/80,443"), HasSubstr("on tcp/8443"))))
        << "nothing shows a device that sends them apart";
    auto sent_apart = on_one_host;
    sent_apart.back().seen->destination.port = Port{9443};
    EXPECT_THAT(
        notes_of(sent_apart),
        ElementsAre(HasSubstr("192.0.2.9 leads to 2 pt-servers (load balancer or DNAT): ")));
}

TEST(PathNotes, InstancesThatAServerMakesUpAreBounded) {
    std::vector<Result> results;
    for (std::uint16_t port = 1; port <= 500; ++port) {
        results.push_back(echoed(Protocol::udp, port, at("203.0.113.9", port), port));
    }
    const auto notes = notes_of(results);
    ASSERT_EQ(notes.size(), 2U);
    EXPECT_THAT(notes[0], HasSubstr("at least 64 addresses and ports for 500 UDP ports"));
    EXPECT_THAT(notes[1], AllOf(HasSubstr("more than 64 instances"), HasSubstr(" and more")));
    EXPECT_LT(notes[1].size(), 1000U);
}

TEST(PathNotes, TellWhereFramesWereDuplicatedOvertakenAndAltered) {
    EXPECT_THAT(PathNotes{}.text({3, 2}, {100, 1, 4, 5, 0}),
                ElementsAre(HasSubstr("3 of our frames reached the server twice"),
                            HasSubstr("2 of the echoes came twice"),
                            HasSubstr("5 of our frames were overtaken on the way there"),
                            HasSubstr("4 of our frames were altered")));
}

}  // namespace
}  // namespace pt::client
