#include "client/conclude/known_server.hpp"

#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

const IpAddress server = *IpAddress::parse("192.0.2.9");
const IpAddress other = *IpAddress::parse("192.0.2.10");

ServerView echo(std::uint64_t instance, std::uint16_t port = 53, std::uint32_t frames = 1) {
    return {.source = {},
            .destination = {server, Port{port}},
            .instance = instance,
            .session_frames = frames};
}

void add(KnownServers& servers, const ServerView& view,
         std::optional<TimePoint> first_echo = TimePoint{}) {
    servers.add({Protocol::udp, server, Port{53}}, view, first_echo);
}

TEST(KnownServers, TellWhenTheFirstEchoCameAndHowMuchOfUsTheyHaveSeen) {
    KnownServers servers;
    add(servers, echo(1, 53, 7), TimePoint{9s});
    add(servers, echo(1, 53, 3), TimePoint{5s});
    add(servers, echo(1, 53, 5), TimePoint{8s});
    add(servers, echo(2, 53, 1), TimePoint{1s});
    ASSERT_EQ(servers.all().size(), 2U);
    EXPECT_EQ(servers.all()[0].first_echo, TimePoint{5s});
    EXPECT_EQ(servers.all()[0].session_frames, 7U);
    EXPECT_EQ(servers.all()[1].first_echo, TimePoint{1s});
    add(servers, echo(1, 53, 0), std::nullopt);
    add(servers, echo(3, 53, 0), std::nullopt);
    EXPECT_EQ(servers.all()[0].first_echo, TimePoint{5s});
    EXPECT_EQ(servers.all()[2].first_echo, std::nullopt) << "no request is known to be recorded";
}

TEST(KnownServers, KnowOfAnAddressWhatItsEchoesAndAnswersTell) {
    KnownServers servers;
    EXPECT_FALSE(servers.knowledge(server, {}).seen);
    add(servers, echo(1));
    EXPECT_TRUE(servers.knowledge(server, {}).seen);
    EXPECT_FALSE(servers.knowledge(server, {}).port_rewritten);
    EXPECT_FALSE(servers.knowledge(other, {}).seen);

    add(servers, echo(1, 5353));
    EXPECT_FALSE(servers.knowledge(server, {}).port_rewritten)
        << "of one port that is rewritten, the echo explains all";
    EXPECT_FALSE(servers.knowledge(server, {.exact = false}).ports_unwatched)
        << "a frame names its port";

    EXPECT_FALSE(servers.knowledge(server, {}).query_unanswered);
    servers.mark_unanswered(server, 2, false);
    EXPECT_FALSE(servers.knowledge(server, {}).query_unanswered) << "another server";
    servers.mark_unanswered(server, 1, true);
    EXPECT_TRUE(servers.knowledge(server, {}).query_unanswered);
    EXPECT_FALSE(servers.knowledge(server, {}).stopped_answering);
    servers.mark_unanswered(server, 1, false);
    EXPECT_TRUE(servers.knowledge(server, {}).stopped_answering);

    const auto known = servers.knowledge(
        other, {.exact = true, .stalled = true, .rewritten = true, .gone_astray = true});
    EXPECT_TRUE(known.exact_record);
    EXPECT_TRUE(known.stalled);
    EXPECT_TRUE(known.address_rewritten);
    EXPECT_TRUE(known.port_rewritten);
}

TEST(KnownServers, KnowWhereOurAddressIsRewritten) {
    const auto rewritten = [](std::string_view local, std::string_view source) {
        KnownServers servers;
        ServerView view = echo(1);
        view.source = {*IpAddress::parse(source), Port{40'000}};
        const SocketAddress own{*IpAddress::parse(local), Port{50'000}};
        servers.add({Protocol::udp, server, Port{53}}, view, {}, own);
        return servers.knowledge(server, {}).source_rewritten;
    };
    EXPECT_FALSE(rewritten("192.0.2.1", "192.0.2.1"));
    EXPECT_TRUE(rewritten("192.0.2.1", "203.0.113.1"));
    EXPECT_FALSE(rewritten("fe80::1%2", "fe80::1"));
    EXPECT_FALSE(rewritten("0.0.0.0", "203.0.113.1"));
}

TEST(KnownServers, KnowThatASampledRecordMissesAttemptsWhereTcpPortsAreRewritten) {
    KnownServers servers;
    servers.add({Protocol::tcp, server, Port{53}}, echo(1, 53), {});
    EXPECT_FALSE(servers.knowledge(server, {.exact = false}).ports_unwatched);
    servers.add({Protocol::tcp, server, Port{80}}, echo(1, 8080), {});
    EXPECT_TRUE(servers.knowledge(server, {.exact = false}).ports_unwatched);
    EXPECT_FALSE(servers.knowledge(server, {.exact = true}).ports_unwatched);
    EXPECT_FALSE(servers.knowledge(other, {.exact = false}).ports_unwatched);
}

TEST(KnownServers, KeepTheFlowsOfEachServerApart) {
    KnownServers servers;
    add(servers, echo(1));
    add(servers, echo(2));
    const Endpoint endpoint{Protocol::udp, server, Port{53}};
    for (std::uint16_t source = 1; source <= 2 * KnownServers::max_ports; ++source) {
        servers.add_udp_flow(endpoint, 1, Port{source});
    }
    servers.add_udp_flow(endpoint, 2, Port{99});
    servers.add_udp_flow(endpoint, 3, Port{98});
    EXPECT_EQ(servers.all()[0].udp_flows.size(), KnownServers::max_ports);
    ASSERT_EQ(servers.all()[1].udp_flows.size(), 1U);
    EXPECT_EQ(servers.all()[1].udp_flows[0], std::pair(Port{53}, Port{99}));
}

TEST(KnownServers, KnowWhichPortsOthersAreRewrittenTo) {
    KnownServers servers;
    add(servers, echo(1, 5353));
    EXPECT_FALSE(servers.is_rewritten_to(server, Port{5353})) << "over UDP a frame names its port";
    servers.add({Protocol::tcp, server, Port{80}}, echo(1, 8080), {});
    servers.add({Protocol::tcp, server, Port{443}}, echo(1, 443), {});
    EXPECT_TRUE(servers.is_rewritten_to(server, Port{8080}));
    EXPECT_FALSE(servers.is_rewritten_to(server, Port{80}));
    EXPECT_FALSE(servers.is_rewritten_to(server, Port{443}));
    EXPECT_FALSE(servers.is_rewritten_to(other, Port{8080}));
}

}  // namespace
}  // namespace pt::client
