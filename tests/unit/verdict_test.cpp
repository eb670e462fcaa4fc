#include "common/core/verdict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace pt {

void PrintTo(const Conclusion& conclusion, std::ostream* out) {
    *out << to_string(conclusion.verdict) << ": " << to_string(conclusion.evidence);
    if (conclusion.by) {
        *out << " by " << conclusion.by->to_string();
    }
    if (conclusion.direction) {
        *out << ", direction " << to_string(*conclusion.direction);
    }
}

namespace {

const IpAddress target{IpAddress::V4Bytes{192, 0, 2, 7}};
const IpAddress router{IpAddress::V4Bytes{198, 51, 100, 1}};
const IpAddress nobody;

constexpr Knowledge ignorant{};
constexpr Knowledge server_seen{.server_seen = true};
constexpr Knowledge not_held{.server_seen = true, .server_holds_port = false};
constexpr Knowledge held{.server_seen = true, .server_holds_port = true};

constexpr Knowledge holds(Reached reached) {
    return {.server_seen = true, .server_holds_port = true, .reached = reached};
}

constexpr Knowledge held_nothing_came = holds(Reached::nothing);
constexpr Knowledge held_attempt_came = holds(Reached::attempt);
constexpr Knowledge held_connection_came = holds(Reached::established);
constexpr Knowledge held_frame_came = holds(Reached::frame);
constexpr Knowledge deaf{.server_seen = true,
                         .server_holds_port = true,
                         .reached = Reached::nothing,
                         .server_deaf = true};

Findings icmp(std::uint8_t type, std::uint8_t code, const IpAddress& from) {
    Findings findings;
    findings.icmp = IcmpError{false, type, code, from};
    findings.icmp_errors = 1;
    return findings;
}

Findings icmp6(std::uint8_t type, std::uint8_t code, const IpAddress& from) {
    Findings findings;
    findings.icmp = IcmpError{true, type, code, from};
    findings.icmp_errors = 1;
    return findings;
}

struct Row {
    const char* story;
    Findings findings;
    Knowledge knowledge;
    Conclusion expected;
};

void expect_all(const std::vector<Row>& rows) {
    for (const Row& row : rows) {
        EXPECT_EQ(diagnose(target, row.findings, row.knowledge), row.expected) << row.story;
    }
}

Conclusion is(Verdict verdict, Evidence evidence) { return {verdict, evidence, {}, {}}; }
Conclusion said_by(const IpAddress& by, Verdict verdict, Evidence evidence) {
    return {verdict, evidence, by, {}};
}
Conclusion silent(Direction direction) {
    return {Verdict::filtered, Evidence::silence, {}, direction};
}

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

TEST(Diagnose, TestsThatCouldNotBeMade) {
    expect_all({
        {"no route", {.no_route = true}, ignorant, is(Verdict::unreachable, Evidence::no_route)},
        {"no descriptors",
         {.local_error = EMFILE},
         ignorant,
         is(Verdict::untested, Evidence::local_error)},
        {"Ctrl-C", {.interrupted = true}, ignorant, is(Verdict::untested, Evidence::interrupted)},
        {"Ctrl-C while an echo was awaited",
         {.connected = true, .interrupted = true},
         ignorant,
         is(Verdict::untested, Evidence::interrupted)},
        {"the server died",
         {.server_lost = true},
         held,
         is(Verdict::untested, Evidence::server_lost)},
        {"the server died, and its host refuses",
         {.server_lost = true, .resets = 1},
         held,
         is(Verdict::untested, Evidence::server_lost)},
        {"the server died within our connection",
         {.connected = true, .server_lost = true, .data_resets = 1},
         held,
         is(Verdict::untested, Evidence::server_lost)},
        {"an echo that came before the server died",
         {.echo = true, .server_lost = true},
         held,
         is(Verdict::open, Evidence::echo)},
    });
}

TEST(Diagnose, AServerThatCannotReadOrAcceptLeavesItsPortUntested) {
    const Conclusion untested = is(Verdict::untested, Evidence::server_lost);
    expect_all({
        {"silence, although nothing is recorded", {}, deaf, untested},
        {"its kernel completes handshakes", {.connected = true}, deaf, untested},
        {"its kernel resets what does not fit its queue", {.resets = 1}, deaf, untested},
        {"and after the handshake", {.connected = true, .data_resets = 1}, deaf, untested},
        {"an echo from before", {.echo = true}, deaf, is(Verdict::open, Evidence::echo)},
        {"somebody else answers meanwhile",
         {.foreign_data = true},
         deaf,
         is(Verdict::intercepted, Evidence::foreign_answer)},
        {"a router refuses meanwhile", icmp(3, 13, router), deaf,
         said_by(router, Verdict::rejected, Evidence::icmp_admin_prohibited)},
        {"no descriptors here",
         {.local_error = EMFILE},
         deaf,
         is(Verdict::untested, Evidence::local_error)},
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

/// What the design page lists: each verdict with the evidence that it may rest on.
const std::set<std::pair<Verdict, Evidence>> lawful{
    {Verdict::open, Evidence::echo},
    {Verdict::answered, Evidence::handshake},
    {Verdict::answered, Evidence::foreign_data},
    {Verdict::answered, Evidence::data_reset},
    {Verdict::intercepted, Evidence::foreign_answer},
    {Verdict::intercepted, Evidence::altered_echo},
    {Verdict::cut, Evidence::data_reset},
    {Verdict::cut, Evidence::data_lost},
    {Verdict::closed, Evidence::reset},
    {Verdict::closed, Evidence::icmp_port_unreachable},
    {Verdict::closed, Evidence::icmp_protocol_unreachable},
    {Verdict::rejected, Evidence::icmp_admin_prohibited},
    {Verdict::rejected, Evidence::icmp_port_unreachable},
    {Verdict::rejected, Evidence::icmp_protocol_unreachable},
    {Verdict::rejected, Evidence::icmp_parameter_problem},
    {Verdict::rejected, Evidence::forged_reset},
    {Verdict::filtered, Evidence::silence},
    {Verdict::unreachable, Evidence::icmp_host_unreachable},
    {Verdict::unreachable, Evidence::icmp_net_unreachable},
    {Verdict::unreachable, Evidence::icmp_time_exceeded},
    {Verdict::unreachable, Evidence::no_route},
    {Verdict::untested, Evidence::not_listening},
    {Verdict::untested, Evidence::local_error},
    {Verdict::untested, Evidence::interrupted},
    {Verdict::untested, Evidence::server_lost},
};

std::vector<Findings> every_findings() {
    std::vector<std::optional<IcmpError>> errors{std::nullopt};
    for (const IpAddress& from : {target, router, nobody}) {
        for (const auto& [type, code] :
             {std::pair{3, 0}, {3, 1}, {3, 2}, {3, 3}, {3, 4}, {3, 13}, {11, 0}, {12, 0}}) {
            errors.push_back(IcmpError{false, static_cast<std::uint8_t>(type),
                                       static_cast<std::uint8_t>(code), from});
        }
    }
    std::vector<Findings> all;
    constexpr unsigned flags = 11;
    for (unsigned bits = 0; bits < 1U << flags; ++bits) {
        const auto bit = [bits](unsigned n) { return (bits >> n & 1U) != 0; };
        const auto count = [bits](unsigned n) { return static_cast<std::uint16_t>(bits >> n & 1); };
        for (const auto& error : errors) {
            Findings findings{.echo = bit(0),
                              .altered_echo = bit(1),
                              .foreign_data = bit(2),
                              .connected = bit(3),
                              .no_route = bit(4),
                              .interrupted = bit(5),
                              .server_lost = bit(6),
                              .local_error = bit(7) ? EMFILE : 0,
                              .resets = count(8),
                              .data_resets = count(9),
                              .ends_of_stream = count(10)};
            findings.icmp = error;
            findings.icmp_errors = error ? 1 : 0;
            all.push_back(findings);
        }
    }
    return all;
}

std::vector<Knowledge> every_knowledge() {
    std::vector<Knowledge> all;
    for (const bool seen : {false, true}) {
        for (const auto holds :
             {std::optional<bool>{}, std::optional{false}, std::optional{true}}) {
            for (const auto reached : {Reached::unknown, Reached::nothing, Reached::attempt,
                                       Reached::established, Reached::late_frame, Reached::frame}) {
                for (const bool is_deaf : {false, true}) {
                    all.push_back({seen, holds, reached, {}, is_deaf});
                }
            }
        }
    }
    return all;
}

/// The rules of proof, over everything that can be found and known at once.
TEST(Diagnose, KeepsTheRulesOfProofWhateverWasFound) {
    std::set<std::pair<Verdict, Evidence>> met;
    for (const Findings& found : every_findings()) {
        for (const Knowledge& known : every_knowledge()) {
            const Conclusion conclusion = diagnose(target, found, known);
            const auto [verdict, evidence, by, direction] = conclusion;
            const auto told = [&conclusion = conclusion] {
                return testing::PrintToString(conclusion);
            };
            ASSERT_TRUE(lawful.contains({verdict, evidence})) << told();
            met.emplace(verdict, evidence);

            ASSERT_EQ(verdict == Verdict::open, found.echo) << "only an echo makes a port open";
            ASSERT_EQ(direction.has_value(), verdict == Verdict::filtered) << told();
            ASSERT_TRUE(!by || (found.icmp && *by == found.icmp->from)) << told();
            if (evidence == Evidence::foreign_answer || evidence == Evidence::data_lost ||
                evidence == Evidence::forged_reset) {
                ASSERT_EQ(known.server_holds_port, true) << told();
            }
            if (known.server_deaf) {
                ASSERT_NE(verdict, Verdict::filtered) << told();
                ASSERT_NE(verdict, Verdict::cut) << told();
                ASSERT_NE(evidence, Evidence::forged_reset) << told();
            }
            if (known.server_holds_port == false) {
                ASSERT_NE(verdict, Verdict::filtered) << "not held, so never called blocked";
                ASSERT_NE(verdict, Verdict::cut) << "not held, so never called blocked";
            }
            const bool positive = found.echo || found.altered_echo || found.foreign_data;
            if (positive) {
                ASSERT_TRUE(verdict == Verdict::open || verdict == Verdict::intercepted ||
                            verdict == Verdict::answered)
                    << told();
            } else if (found.server_lost) {
                ASSERT_EQ(evidence, Evidence::server_lost) << told();
            }
            const bool handshake =
                found.connected || found.data_resets > 0 || found.ends_of_stream > 0;
            if (handshake) {
                ASSERT_NE(evidence, Evidence::reset) << told();
                ASSERT_NE(evidence, Evidence::forged_reset) << told();
                ASSERT_NE(verdict, Verdict::filtered) << told();
            }
        }
    }
    EXPECT_EQ(met, lawful) << "every row of the table can be reached";
}

TEST(Findings, AServersFaultIsWhatNobodyElseSaid) {
    EXPECT_TRUE(may_be_servers_fault({}));
    EXPECT_TRUE(may_be_servers_fault({.connected = true}));
    EXPECT_TRUE(may_be_servers_fault({.connected = true, .ends_of_stream = 1}));
    EXPECT_TRUE(may_be_servers_fault({.connected = true, .resets = 1}));
    EXPECT_TRUE(may_be_servers_fault(icmp(3, 4, router))) << "says nothing about the port";
    EXPECT_FALSE(may_be_servers_fault({.echo = true}));
    EXPECT_FALSE(may_be_servers_fault({.altered_echo = true}));
    EXPECT_FALSE(may_be_servers_fault({.foreign_data = true}));
    EXPECT_FALSE(may_be_servers_fault(icmp(3, 3, target)));
    EXPECT_FALSE(may_be_servers_fault({.no_route = true}));
    EXPECT_FALSE(may_be_servers_fault({.interrupted = true}));
    EXPECT_FALSE(may_be_servers_fault({.local_error = EMFILE}));
}

TEST(Words, AreThoseOfTheContract) {
    std::vector<std::string_view> verdicts;
    std::transform(all_verdicts.begin(), all_verdicts.end(), std::back_inserter(verdicts),
                   [](Verdict verdict) { return to_string(verdict); });
    EXPECT_EQ(verdicts,
              (std::vector<std::string_view>{"open", "answered", "intercepted", "cut", "closed",
                                             "rejected", "filtered", "unreachable", "untested"}));
    struct {
        Evidence evidence;
        std::string_view word;
    } const words[] = {
        {Evidence::echo, "echo"},
        {Evidence::handshake, "handshake"},
        {Evidence::foreign_data, "foreign-data"},
        {Evidence::foreign_answer, "foreign-answer"},
        {Evidence::altered_echo, "altered-echo"},
        {Evidence::data_reset, "data-reset"},
        {Evidence::data_lost, "data-lost"},
        {Evidence::reset, "reset"},
        {Evidence::forged_reset, "forged-reset"},
        {Evidence::icmp_port_unreachable, "icmp-port-unreachable"},
        {Evidence::icmp_protocol_unreachable, "icmp-protocol-unreachable"},
        {Evidence::icmp_admin_prohibited, "icmp-admin-prohibited"},
        {Evidence::icmp_parameter_problem, "icmp-parameter-problem"},
        {Evidence::icmp_host_unreachable, "icmp-host-unreachable"},
        {Evidence::icmp_net_unreachable, "icmp-net-unreachable"},
        {Evidence::icmp_time_exceeded, "icmp-time-exceeded"},
        {Evidence::no_route, "no-route"},
        {Evidence::silence, "silence"},
        {Evidence::not_listening, "not-listening"},
        {Evidence::local_error, "local-error"},
        {Evidence::interrupted, "interrupted"},
        {Evidence::server_lost, "server-lost"},
    };
    for (const auto& [evidence, word] : words) {
        EXPECT_EQ(to_string(evidence), word);
    }
    EXPECT_EQ(to_string(Direction::forward), "forward");
    EXPECT_EQ(to_string(Direction::return_), "return");
    EXPECT_EQ(to_string(Direction::unknown), "unknown");
}

}  // namespace
}  // namespace pt
