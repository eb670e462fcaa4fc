#include "client/conclude/conclude.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Result found(Protocol protocol, const Findings& findings) {
    auto result = sample(protocol, 443, Verdict::untested, Evidence::interrupted);
    result.findings = findings;
    result.attempts = 16;
    return result;
}

std::string words(const Concluded& concluded) {
    const auto& [verdict, evidence, by, direction] = concluded.conclusion;
    return std::string{to_string(verdict)} + ' ' + std::string{to_string(evidence)} +
           (direction ? ' ' + std::string{to_string(*direction)} : "");
}

constexpr ServerKnowledge seen{.seen = true};

struct Row {
    const char* about;
    Protocol protocol;
    Findings findings;
    std::optional<PortRecord> record;
    ServerKnowledge known;
    const char* expected;
};

void expect_all(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        EXPECT_EQ(words(conclude(found(row.protocol, row.findings), row.record, row.known)),
                  row.expected)
            << row.about;
    }
}

constexpr auto tcp = Protocol::tcp;
constexpr auto udp = Protocol::udp;

TEST(Conclude, AnEchoThatMayHaveComeTooLateWasNotLost) {
    const PortRecord punctual{.listening = true, .frame = true};
    const PortRecord late{.listening = true, .frame = true, .late = true};
    const PortRecord attempt{.listening = true, .attempt = true};
    const PortRecord established{.listening = true, .established = true};
    const ServerKnowledge hasty{.seen = true, .short_wait = true};
    const Findings connected{.connected = true};
    expect_all({
        {"punctual", tcp, connected, punctual, seen, "cut data-lost"},
        {"late", tcp, connected, late, seen, "answered handshake"},
        {"not waited for", tcp, connected, punctual, hasty, "answered handshake"},
        {"punctual", udp, {}, punctual, seen, "filtered silence return"},
        {"late", udp, {}, late, seen, "filtered silence unknown"},
        {"not waited for", udp, {}, punctual, hasty, "filtered silence unknown"},
        {"its SYN-ACK was not waited for", tcp, {}, attempt, hasty, "filtered silence unknown"},
        {"it was", tcp, {}, attempt, seen, "filtered silence return"},
        {"its data were not", tcp, connected, established, hasty, "answered handshake"},
    });
    const auto notes = conclude(found(tcp, connected), late, seen).notes;
    EXPECT_THAT(notes, ::testing::Contains(HasSubstr("late, so that its reply may have come")));
}

TEST(Conclude, DirectionNeedsARecordThatCannotHaveMissedAnything) {
    const PortRecord held{.listening = true};
    expect_all({
        {"nobody was asked", tcp, {}, {}, seen, "filtered silence unknown"},
        {"nothing arrived", tcp, {}, held, seen, "filtered silence forward"},
        {"nothing arrived", udp, {}, held, seen, "filtered silence forward"},
        {"something may have been missed",
         tcp,
         {},
         PortRecord{.listening = true, .incomplete = true},
         seen,
         "filtered silence unknown"},
        {"something of unknown origin arrived",
         udp,
         {},
         PortRecord{.listening = true, .other = true},
         seen,
         "filtered silence unknown"},
        {"a first segment",
         tcp,
         {},
         PortRecord{.listening = true, .attempt = true},
         seen,
         "filtered silence return"},
        {"a first segment counts also where others were missed",
         tcp,
         {},
         PortRecord{.listening = true, .attempt = true, .other = true, .incomplete = true},
         seen,
         "filtered silence return"},
        {"a connection",
         tcp,
         {},
         PortRecord{.listening = true, .established = true},
         seen,
         "filtered silence return"},
        {"a frame",
         udp,
         {},
         PortRecord{.listening = true, .frame = true},
         seen,
         "filtered silence return"},
        {"one of two servers did not answer",
         udp,
         {},
         held,
         {.seen = true, .query_unanswered = true},
         "filtered silence unknown"},
        {"one of two servers did not answer, the other has the frame",
         udp,
         {},
         PortRecord{.frame = true},
         {.seen = true, .query_unanswered = true},
         "filtered silence return"},
        {"not held by the one that answered, but perhaps by the other",
         udp,
         {},
         PortRecord{},
         {.seen = true, .query_unanswered = true},
         "filtered silence unknown"},
        {"not held", udp, {}, PortRecord{}, seen, "untested not-listening"},
    });
}

TEST(Conclude, WhatPtServerHoldsIsKnownOfTheAddressThatWasAsked) {
    constexpr ServerKnowledge rewritten{.seen = true, .address_rewritten = true};
    const PortRecord held{.listening = true};
    expect_all({
        {"a reset", tcp, {.resets = 3}, held, seen, "rejected forged-reset"},
        {"a reset, behind DNAT", tcp, {.resets = 3}, held, rewritten, "closed reset"},
        {"other data", udp, {.foreign_data = true}, held, seen, "intercepted foreign-answer"},
        {"other data, behind DNAT",
         udp,
         {.foreign_data = true},
         held,
         rewritten,
         "answered foreign-data"},
        {"silence of a port that is not held there, behind DNAT",
         udp,
         {},
         PortRecord{},
         rewritten,
         "filtered silence unknown"},
        {"nor on one that is: a balancer may have sent the datagrams to another host",
         udp,
         {},
         held,
         rewritten,
         "filtered silence unknown"},
        {"a frame of ours shows the way, behind DNAT too",
         tcp,
         {.connected = true},
         PortRecord{.frame = true},
         rewritten,
         "cut data-lost"},
        {"nothing arrived at that address; it may have at another",
         tcp,
         {},
         held,
         rewritten,
         "filtered silence unknown"},
        {"a handshake, and nothing arrived at that address",
         tcp,
         {.connected = true},
         held,
         rewritten,
         "answered handshake"},
        {"a first segment arrived",
         tcp,
         {},
         PortRecord{.listening = true, .attempt = true},
         rewritten,
         "filtered silence return"},
        {"a reset after the handshake",
         tcp,
         {.connected = true, .data_resets = 2},
         held,
         rewritten,
         "answered data-reset"},
    });
}

TEST(Conclude, WherePortsAreRewrittenOnlyFramesAndMarksTellWhichProbeArrived) {
    constexpr ServerKnowledge rewritten{.seen = true, .port_rewritten = true};
    const PortRecord held{.listening = true};
    expect_all({
        {"nothing arrived on this port", tcp, {}, held, rewritten, "filtered silence unknown"},
        {"a first segment did, of whichever probe",
         tcp,
         {},
         PortRecord{.listening = true, .attempt = true},
         rewritten,
         "filtered silence unknown"},
        {"one with the port's own marks",
         tcp,
         {},
         PortRecord{.listening = true, .attempt = true, .marked = true},
         rewritten,
         "filtered silence return"},
        {"a handshake", tcp, {.connected = true}, held, rewritten, "answered handshake"},
        {"a handshake with the port's own marks",
         tcp,
         {.connected = true},
         PortRecord{.listening = true, .established = true, .marked = true},
         rewritten,
         "cut data-lost"},
        {"a handshake and a frame",
         tcp,
         {.connected = true},
         PortRecord{.listening = true, .frame = true},
         rewritten,
         "cut data-lost"},
        {"a frame names its port", udp, {}, held, rewritten, "filtered silence forward"},
    });
}

TEST(Conclude, NothingArrivedOnlyWhereNoMarkOfThePortWentAstray) {
    constexpr ServerKnowledge exact{.seen = true, .exact_record = true};
    const PortRecord astray{.listening = true, .astray = true};
    expect_all({
        {"silence", tcp, {}, astray, exact, "filtered silence unknown"},
        {"a handshake", tcp, {.connected = true}, astray, exact, "answered handshake"},
    });
}

TEST(Conclude, WherePortsAreRewrittenASampledRecordMissesWhatItsKernelRefuses) {
    constexpr ServerKnowledge sampled{.seen = true, .ports_unwatched = true};
    const PortRecord held{.listening = true};
    expect_all({
        {"nothing arrived on this port", tcp, {}, held, sampled, "filtered silence unknown"},
        {"a handshake", tcp, {.connected = true}, held, sampled, "answered handshake"},
        {"a first segment did",
         tcp,
         {},
         PortRecord{.listening = true, .attempt = true},
         sampled,
         "filtered silence return"},
        {"a frame names its port", udp, {}, held, sampled, "filtered silence forward"},
    });
}

TEST(Conclude, InterceptedNeedsARecordThatNothingArrived) {
    const Findings established{.connected = true};
    expect_all({
        {"nothing", tcp, established, PortRecord{.listening = true}, seen,
         "intercepted foreign-answer"},
        {"unknown", tcp, established, PortRecord{.listening = true, .incomplete = true}, seen,
         "answered handshake"},
        {"others", tcp, established, PortRecord{.listening = true, .other = true}, seen,
         "answered handshake"},
        {"the connection", tcp, established, PortRecord{.listening = true, .established = true},
         seen, "cut data-lost"},
        {"not held", tcp, established, PortRecord{}, seen, "answered handshake"},
    });
}

TEST(Conclude, AServerThatCannotAnswerLeavesItsPortsUntested) {
    const PortRecord deaf{.listening = true, .deaf = true};
    constexpr ServerKnowledge stalled{.seen = true, .stalled = true};
    const PortRecord held{.listening = true};
    expect_all({
        {"deaf and silent", udp, {}, deaf, seen, "untested server-lost"},
        {"deaf and established", tcp, {.connected = true}, deaf, seen, "untested server-lost"},
        {"stalled and silent", udp, {}, held, stalled, "untested server-lost"},
        {"stalled and established",
         tcp,
         {.connected = true},
         held,
         stalled,
         "untested server-lost"},
        {"stalled, but somebody else answered",
         udp,
         {.foreign_data = true},
         held,
         stalled,
         "intercepted foreign-answer"},
        {"stalled, but it did answer", udp, {.echo = true}, held, stalled, "open echo"},
        {"stalled, and its host refused a port that it does not listen on",
         tcp,
         {.resets = 3},
         PortRecord{},
         stalled,
         "closed reset"},
        {"stalled, and the reset may be of its full queue",
         tcp,
         {.resets = 3},
         held,
         stalled,
         "untested server-lost"},
    });
    EXPECT_THAT(conclude(found(udp, {}), deaf, seen).notes,
                ElementsAre(HasSubstr("own calls on this port keep failing")));
    EXPECT_THAT(conclude(found(udp, {}), held, stalled).notes,
                ElementsAre(HasSubstr("stalled for more than one second")));
    EXPECT_THAT(conclude(found(udp, {.server_lost = true}), held, stalled).notes, IsEmpty());
}

TEST(Conclude, AnUnansweredQueryLeavesFindingsAsTheyAre) {
    constexpr ServerKnowledge unanswered{.seen = true, .query_unanswered = true};
    expect_all({
        {"a reset", tcp, {.resets = 3}, {}, unanswered, "closed reset"},
        {"a handshake", tcp, {.connected = true}, {}, unanswered, "answered handshake"},
        {"data and a reset",
         tcp,
         {.connected = true, .data_resets = 2},
         {},
         unanswered,
         "answered data-reset"},
        {"silence", tcp, {}, {}, unanswered, "filtered silence unknown"},
    });
}

}  // namespace
}  // namespace pt::client
