#include "client/known_server.hpp"

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

void add(KnownServers& servers, const ServerView& view, TimePoint first_echo = {}) {
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

    EXPECT_FALSE(servers.knowledge(server, {}).query_unanswered);
    servers.mark_unanswered(server, 2);
    EXPECT_FALSE(servers.knowledge(server, {}).query_unanswered) << "another server";
    servers.mark_unanswered(server, 1);
    EXPECT_TRUE(servers.knowledge(server, {}).query_unanswered);

    const auto known = servers.knowledge(
        other, {.exact = true, .stalled = true, .rewritten = true, .gone_astray = true});
    EXPECT_TRUE(known.exact_record);
    EXPECT_TRUE(known.stalled);
    EXPECT_TRUE(known.address_rewritten);
    EXPECT_TRUE(known.port_rewritten);
}

}  // namespace
}  // namespace pt::client
