#include <gtest/gtest.h>

#include <cerrno>

#include "verdict_rows.hpp"

/// Ports that could not be tested, for want of a route, of resources, or of a server that answers.
namespace pt {
namespace {

using namespace test;

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

}  // namespace
}  // namespace pt
