#include "common/core/verdict.hpp"

#include <gtest/gtest.h>

#include "verdict_rows.hpp"

namespace pt {
namespace {

using namespace test;

TEST(Diagnose, WhatCameBack) {
    expect_all({
        {"an intact echo", {.echo = true}, ignorant, is(Verdict::open, Evidence::echo)},
        {"an intact echo over TCP",
         {.echo = true, .connected = true},
         held,
         is(Verdict::open, Evidence::echo)},
        {"an altered echo needs no journal",
         {.altered_echo = true},
         ignorant,
         is(Verdict::intercepted, Evidence::altered_echo)},
        {"somebody else's bytes",
         {.foreign_data = true, .connected = true},
         ignorant,
         is(Verdict::answered, Evidence::foreign_data)},
        {"somebody else's bytes, pt-server elsewhere on the host",
         {.foreign_data = true},
         server_seen,
         is(Verdict::answered, Evidence::foreign_data)},
        {"somebody else's bytes on a port that pt-server left to another program",
         {.foreign_data = true},
         not_held,
         is(Verdict::answered, Evidence::foreign_data)},
        {"somebody else's bytes on a port that pt-server holds",
         {.foreign_data = true},
         held,
         is(Verdict::intercepted, Evidence::foreign_answer)},
    });
}

TEST(Diagnose, HandshakesThatLedToNothing) {
    const Findings mute{.connected = true};
    const Findings closed_at_once{.connected = true, .ends_of_stream = 1};
    for (const Findings& findings : {mute, closed_at_once}) {
        expect_all({
            {"no knowledge", findings, ignorant, is(Verdict::answered, Evidence::handshake)},
            {"server elsewhere", findings, server_seen, is(Verdict::answered, Evidence::handshake)},
            {"not held", findings, not_held, is(Verdict::answered, Evidence::handshake)},
            {"held, journal silent", findings, held, is(Verdict::answered, Evidence::handshake)},
            {"held, and the server saw nothing", findings, held_nothing_came,
             is(Verdict::intercepted, Evidence::foreign_answer)},
            {"held, the server saw a first segment alone", findings, held_attempt_came,
             is(Verdict::cut, Evidence::data_lost)},
            {"held, the server saw the connection alone", findings, held_connection_came,
             is(Verdict::cut, Evidence::data_lost)},
            {"held, the server saw the frame", findings, held_frame_came,
             is(Verdict::cut, Evidence::data_lost)},
        });
    }
}

TEST(Diagnose, ResetsAfterTheHandshake) {
    const Findings findings{.connected = true, .data_resets = 1};
    expect_all({
        {"no knowledge: a service may dislike our frame", findings, ignorant,
         is(Verdict::answered, Evidence::data_reset)},
        {"server elsewhere on the host", findings, server_seen,
         is(Verdict::cut, Evidence::data_reset)},
        {"not held", findings, not_held, is(Verdict::answered, Evidence::data_reset)},
        {"held", findings, held, is(Verdict::cut, Evidence::data_reset)},
        {"held, and the server saw nothing", findings, held_nothing_came,
         is(Verdict::intercepted, Evidence::foreign_answer)},
        {"held, the server saw the connection", findings, held_connection_came,
         is(Verdict::cut, Evidence::data_reset)},
        {"held, the server saw the frame", findings, held_frame_came,
         is(Verdict::cut, Evidence::data_reset)},
    });
}

TEST(Diagnose, ResetsInsteadOfAHandshake) {
    const Findings findings{.resets = 1};
    expect_all({
        {"no knowledge", findings, ignorant, is(Verdict::closed, Evidence::reset)},
        {"server elsewhere", findings, server_seen, is(Verdict::closed, Evidence::reset)},
        {"not held", findings, not_held, is(Verdict::closed, Evidence::reset)},
        {"held: pt-server would not have refused", findings, held,
         is(Verdict::rejected, Evidence::forged_reset)},
    });
}

TEST(Diagnose, IcmpErrors) {
    expect_all({
        {"port unreachable from the target", icmp(3, 3, target), ignorant,
         said_by(target, Verdict::closed, Evidence::icmp_port_unreachable)},
        {"port unreachable from a router", icmp(3, 3, router), ignorant,
         said_by(router, Verdict::rejected, Evidence::icmp_port_unreachable)},
        {"port unreachable in the target's name for a port that pt-server holds",
         icmp(3, 3, target), held,
         said_by(target, Verdict::rejected, Evidence::icmp_port_unreachable)},
        {"port unreachable from the target for a port that pt-server does not hold",
         icmp(3, 3, target), not_held,
         said_by(target, Verdict::closed, Evidence::icmp_port_unreachable)},
        {"port unreachable from nobody knows whom", icmp(3, 3, nobody), ignorant,
         is(Verdict::rejected, Evidence::icmp_port_unreachable)},
        {"protocol unreachable from the target", icmp(3, 2, target), ignorant,
         said_by(target, Verdict::closed, Evidence::icmp_protocol_unreachable)},
        {"protocol unreachable from a router", icmp(3, 2, router), ignorant,
         said_by(router, Verdict::rejected, Evidence::icmp_protocol_unreachable)},
        {"administratively prohibited by a router", icmp(3, 13, router), ignorant,
         said_by(router, Verdict::rejected, Evidence::icmp_admin_prohibited)},
        {"administratively prohibited by the target's own firewall", icmp(3, 10, target), ignorant,
         said_by(target, Verdict::rejected, Evidence::icmp_admin_prohibited)},
        {"parameter problem", icmp(12, 0, router), ignorant,
         said_by(router, Verdict::rejected, Evidence::icmp_parameter_problem)},
        {"host unreachable", icmp(3, 1, router), ignorant,
         said_by(router, Verdict::unreachable, Evidence::icmp_host_unreachable)},
        {"net unreachable", icmp(3, 0, router), held,
         said_by(router, Verdict::unreachable, Evidence::icmp_net_unreachable)},
        {"time exceeded: a routing loop", icmp(11, 0, router), ignorant,
         said_by(router, Verdict::unreachable, Evidence::icmp_time_exceeded)},
        {"IPv6: port unreachable from a router", icmp6(1, 4, router), ignorant,
         said_by(router, Verdict::rejected, Evidence::icmp_port_unreachable)},
        {"IPv6: administratively prohibited", icmp6(1, 1, router), ignorant,
         said_by(router, Verdict::rejected, Evidence::icmp_admin_prohibited)},
        {"IPv6: no route", icmp6(1, 0, router), ignorant,
         said_by(router, Verdict::unreachable, Evidence::icmp_net_unreachable)},
        {"IPv6: address unreachable", icmp6(1, 3, router), ignorant,
         said_by(router, Verdict::unreachable, Evidence::icmp_host_unreachable)},
        {"fragmentation needed says nothing about the port", icmp(3, 4, router), ignorant,
         silent(Direction::unknown)},
        {"source quench says nothing about the port", icmp(4, 0, router), not_held,
         is(Verdict::untested, Evidence::not_listening)},
    });
}

TEST(Diagnose, TheSenderOfAnIcmpErrorIsKnownByItsAddressEvenWithoutItsZone) {
    const IpAddress zoned = *IpAddress::parse("fe80::7%2");
    const IpAddress bare = *IpAddress::parse("fe80::7");
    EXPECT_EQ(diagnose(zoned, icmp6(1, 4, bare), ignorant),
              said_by(bare, Verdict::closed, Evidence::icmp_port_unreachable));
}

TEST(Diagnose, Silence) {
    expect_all({
        {"no journal", {}, ignorant, silent(Direction::unknown)},
        {"server elsewhere", {}, server_seen, silent(Direction::unknown)},
        {"held, journal silent", {}, held, silent(Direction::unknown)},
        {"the request never arrived", {}, held_nothing_came, silent(Direction::forward)},
        {"the SYN arrived", {}, held_attempt_came, silent(Direction::return_)},
        {"a connection came about at the far end",
         {},
         held_connection_came,
         silent(Direction::return_)},
        {"the frame arrived", {}, held_frame_came, silent(Direction::return_)},
        {"a port that pt-server does not hold is never called blocked",
         {},
         not_held,
         is(Verdict::untested, Evidence::not_listening)},
    });
}

TEST(Diagnose, AttemptsThatMetDifferentFates) {
    Findings prohibited_then_echo = icmp(3, 13, router);
    prohibited_then_echo.echo = true;
    Findings mute_then_prohibited = icmp(3, 13, router);
    mute_then_prohibited.connected = true;
    expect_all({
        {"refused once, echoed once",
         {.echo = true, .resets = 1},
         ignorant,
         is(Verdict::open, Evidence::echo)},
        {"prohibited once, echoed once", prohibited_then_echo, ignorant,
         is(Verdict::open, Evidence::echo)},
        {"altered once, intact once",
         {.echo = true, .altered_echo = true},
         ignorant,
         is(Verdict::open, Evidence::echo)},
        {"connected once, refused once: a completed handshake is positive proof",
         {.connected = true, .resets = 1},
         ignorant,
         is(Verdict::answered, Evidence::handshake)},
        {"connected, then told why no data passes", mute_then_prohibited, ignorant,
         said_by(router, Verdict::rejected, Evidence::icmp_admin_prohibited)},
        {"reset once, no route once",
         {.no_route = true, .resets = 1},
         ignorant,
         is(Verdict::closed, Evidence::reset)},
    });
}

TEST(IsSilent, OnlyWhereNothingOfThePortCame) {
    for (const Findings& silent :
         {Findings{}, Findings{.no_route = true}, Findings{.interrupted = true}}) {
        EXPECT_TRUE(is_silent(silent));
    }
    for (const Findings& came :
         {Findings{.echo = true}, Findings{.altered_echo = true}, Findings{.foreign_data = true},
          Findings{.connected = true}, Findings{.resets = 1}, Findings{.resets = 2},
          Findings{.icmp_errors = 1}, Findings{.icmp_errors = 2}}) {
        EXPECT_FALSE(is_silent(came));
    }
}

}  // namespace
}  // namespace pt
