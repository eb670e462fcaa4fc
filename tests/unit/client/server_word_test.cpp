#include "client/server_word.hpp"

#include <gtest/gtest.h>

#include "client/known_server.hpp"
#include "client/notes.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

const IpAddress server = *IpAddress::parse("192.0.2.9");
const IpAddress here = *IpAddress::parse("192.0.2.1");
const IpAddress nat = *IpAddress::parse("203.0.113.1");
const IcmpError port_unreachable{.v6 = false, .type = 3, .code = 3, .from = server};

Probe echoed(const IpAddress& seen_as, const IpAddress& at = server) {
    Probe probe;
    probe.endpoint = {Protocol::tcp, at, Port{80}};
    probe.findings.echo = true;
    probe.local = SocketAddress{here, Port{40000}};
    probe.seen = ServerView{.source = {seen_as, Port{40000}}, .destination = {}};
    return probe;
}

TEST(Standstill, MayMakeSilenceAndHandshakesThatLeadToNothing) {
    EXPECT_TRUE(may_be_standstill({}));
    EXPECT_TRUE(may_be_standstill({.connected = true}));
    EXPECT_TRUE(may_be_standstill({.connected = true, .end_of_stream = true}));
    EXPECT_TRUE(may_be_standstill({.connected = true, .reset = true}));
}

TEST(Standstill, DoesNotMakeWhatSomebodyAnswered) {
    EXPECT_FALSE(may_be_standstill({.echo = true}));
    EXPECT_FALSE(may_be_standstill({.altered_echo = true}));
    EXPECT_FALSE(may_be_standstill({.foreign_data = true}));
    EXPECT_FALSE(may_be_standstill({.reset = true}));
    EXPECT_FALSE(may_be_standstill({.connected = true, .data_reset = true}));
    EXPECT_FALSE(may_be_standstill({.icmp = port_unreachable}));
    EXPECT_FALSE(may_be_standstill({.no_route = true}));
    EXPECT_FALSE(may_be_standstill({.local_error = 1}));
    EXPECT_FALSE(may_be_standstill({.interrupted = true}));
}

TEST(Standstill, IsSaidOfThePortsThatItLeftUntested) {
    const Conclusion lost{Verdict::untested, Evidence::server_lost, {}, {}};
    Probe probe;
    EXPECT_TRUE(notes_for(probe, lost).empty());
    probe.server_stalled = true;
    EXPECT_EQ(notes_for(probe, lost), std::vector{std::string{standstill_note}});
}

TEST(SeenOnlyAs, EchoesMustAgreeWithTheQuestion) {
    EXPECT_TRUE(seen_only_as({echoed(here), echoed(here)}, here, server));
    EXPECT_FALSE(seen_only_as({echoed(here), echoed(nat)}, here, server));
    EXPECT_FALSE(seen_only_as({echoed(nat)}, nat, server)) << "one alone may be by chance";
    EXPECT_TRUE(seen_only_as({echoed(nat), echoed(nat)}, nat, server));
    EXPECT_TRUE(seen_only_as({echoed(here), echoed(nat, nat)}, here, server));
}

TEST(KnownServers, TellWhenTheFirstEchoCameAndHowMuchOfUsTheyHaveSeen) {
    KnownServers servers;
    const auto add = [&](std::uint64_t instance, std::uint32_t frames, TimePoint first_echo) {
        servers.add(
            {Protocol::udp, server, Port{53}},
            {.source = {}, .destination = {}, .instance = instance, .session_frames = frames},
            first_echo);
    };
    add(1, 7, TimePoint{9s});
    add(1, 3, TimePoint{5s});
    add(1, 5, TimePoint{8s});
    add(2, 1, TimePoint{1s});
    ASSERT_EQ(servers.all().size(), 2U);
    EXPECT_EQ(servers.all()[0].first_echo, TimePoint{5s});
    EXPECT_EQ(servers.all()[0].session_frames, 7U);
    EXPECT_EQ(servers.all()[1].first_echo, TimePoint{1s});
}

}  // namespace
}  // namespace pt::client
