#include <gtest/gtest.h>

#include "conclude_rows.hpp"

/// Conclusions where a device rewrites addresses or ports on the path (DNAT).
namespace pt::client {
namespace {

using namespace test;

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

/// Behind a NAT another host may have the same address: only a mark tells whose attempt it was.
TEST(Conclude, BehindANatAnAttemptWithoutAMarkMayBeAnothers) {
    constexpr ServerKnowledge nat{.seen = true, .source_rewritten = true, .exact_record = true};
    const auto direction = [&](const PortRecord& record) {
        return conclude(found(Protocol::tcp, {}), record, nat).conclusion.direction;
    };
    EXPECT_EQ(direction({.listening = true, .attempt = true}), Direction::unknown);
    EXPECT_EQ(direction({.listening = true, .established = true}), Direction::unknown);
    EXPECT_EQ(direction({.listening = true, .attempt = true, .marked = true}), Direction::return_);
    EXPECT_EQ(direction({.listening = true}), Direction::forward);
    EXPECT_EQ(conclude(found(Protocol::udp, {}), PortRecord{.listening = true, .frame = true}, nat)
                  .conclusion.direction,
              Direction::return_);
}

}  // namespace
}  // namespace pt::client
