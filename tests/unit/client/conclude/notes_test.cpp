#include "client/conclude/notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> notes(const Result& result, const Knowledge& port = {},
                               const ServerKnowledge& server = {}) {
    const std::optional<PortRecord> record;
    return notes_for(result, result.conclusion, {port, record, server});
}

Result with_findings(Result result, const Findings& findings) {
    result.findings = findings;
    return result;
}

TEST(Notes, TellWhatBecameOfMarks) {
    auto result = open_port(Protocol::udp, 53);
    result.sent_tos = 46 << 2 | 2;
    result.seen->received_tos = 46 << 2 | 2;
    EXPECT_THAT(notes(result), IsEmpty());
    result.seen->received_tos = 46 << 2;
    EXPECT_THAT(notes(result), ElementsAre("ECN cleared on the way"));
    result.seen->received_tos = 46 << 2 | 3;
    EXPECT_THAT(notes(result), ElementsAre(HasSubstr("congestion")));
    result.seen->received_tos = 2;
    EXPECT_THAT(notes(result), ElementsAre("DSCP changed on the way: sent 46, arrived 0"));
    result.seen->received_ttl = 0;  // the server's kernel told nothing
    EXPECT_THAT(notes(result), IsEmpty());
}

TEST(Notes, TellWhatBecameOfLargeFrames) {
    auto result = open_port(Protocol::udp, 53);
    result.frame_size = 1000;
    result.frames_sent = 1;
    EXPECT_THAT(notes(result), IsEmpty()) << "the first is small";
    result.frames_sent = 4;
    EXPECT_THAT(notes(result), ElementsAre("3 frames of 1000 bytes were echoed"));
    result.frames_lost = 1;
    EXPECT_THAT(notes(result), ElementsAre("1 of 3 frames of 1000 bytes got no reply"));
    result.frames_lost = 3;
    EXPECT_THAT(notes(result), ElementsAre(HasSubstr("no reply to 3 frames of 1000 bytes, while")));
    result.frame_size = std::nullopt;
    EXPECT_THAT(notes(result), IsEmpty());
}

TEST(Notes, TellWhichAddressWasRewritten) {
    auto result = open_port(Protocol::tcp, 443);
    result.seen->source = socket_address("203.0.113.9", 40001);
    result.seen->destination = socket_address("192.0.2.7", 8443);
    EXPECT_THAT(notes(result),
                ElementsAre("source rewritten (NAT): the server saw 203.0.113.9:40001",
                            "destination rewritten (DNAT): it arrived at 192.0.2.7:8443"));
}

TEST(Notes, WhichEndsOfACutConnectionWereReset) {
    const auto cut = sample(Protocol::tcp, 443, Verdict::cut, Evidence::data_reset);
    Knowledge port;
    EXPECT_THAT(notes(cut, port), IsEmpty());
    port.server_was_reset = true;
    EXPECT_THAT(notes(cut, port), ElementsAre("pt-server's end was reset too"));
    port.server_was_reset = false;
    EXPECT_THAT(notes(cut, port), ElementsAre(HasSubstr("pt-server saw no reset")));
}

TEST(Notes, HowAConnectionWithoutDataEnded) {
    const auto established = sample(Protocol::tcp, 443, Verdict::answered, Evidence::handshake);
    EXPECT_THAT(notes(with_findings(established, {.connected = true})),
                ElementsAre("the request was not acknowledged after the handshake"));
    EXPECT_THAT(notes(with_findings(established, {.connected = true, .data_acknowledged = true})),
                ElementsAre("the peer's TCP acknowledged the request, but no reply was received"));
    EXPECT_THAT(notes(with_findings(established, {.connected = true, .ends_of_stream = 1})),
                ElementsAre("the peer closed the connection without sending data"));
}

TEST(Notes, WhatElseCameToASilentPort) {
    EXPECT_THAT(notes(with_findings(filtered_port(Protocol::udp, 5060),
                                    {.unproven_icmp = true, .other_source = true})),
                ElementsAre(HasSubstr("too short to be matched"), HasSubstr("another address")));
}

TEST(Notes, SilenceOfTheDnsPortMayBeOfWhatIsNoDns) {
    EXPECT_THAT(notes(with_findings(filtered_port(Protocol::udp, 53), {})),
                ElementsAre(HasSubstr("DNS itself may pass")));
    EXPECT_THAT(notes(with_findings(filtered_port(Protocol::udp, 54), {})), IsEmpty());
}

TEST(Notes, WhereAnEchoWasAlteredOrReflected) {
    const auto altered = sample(Protocol::udp, 53, Verdict::intercepted, Evidence::altered_echo);
    EXPECT_THAT(notes(with_findings(altered, {.altered_echo = true, .padding_altered = true})),
                ElementsAre(HasSubstr("forward path")));
    EXPECT_THAT(notes(with_findings(altered, {.altered_echo = true})),
                ElementsAre(HasSubstr("return path")));
    const auto foreign = sample(Protocol::udp, 53, Verdict::answered, Evidence::foreign_data);
    EXPECT_THAT(notes(with_findings(foreign, {.foreign_data = true})), IsEmpty());
    EXPECT_THAT(notes(with_findings(foreign, {.foreign_data = true, .reflected = true})),
                ElementsAre(HasSubstr("sent back")));
}

TEST(Notes, AnICMPRefusalOfTCPComesFromAPacketFilter) {
    EXPECT_THAT(notes(sample(Protocol::tcp, 443, Verdict::closed, Evidence::icmp_port_unreachable)),
                ElementsAre(HasSubstr("packet filter")));
    EXPECT_THAT(notes(closed_port(Protocol::udp, 443)), IsEmpty());
}

}  // namespace
}  // namespace pt::client
