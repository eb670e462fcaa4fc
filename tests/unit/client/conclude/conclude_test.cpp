#include "client/conclude/conclude.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conclude_rows.hpp"

namespace pt::client {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

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
