#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/report/explain/firewall.hpp"
#include "client/report/explain/firewall_rules.hpp"
#include "report/explain_texts.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ExplainFirewall, RulesForRequestsAndReplies) {
    const auto result = open_port(Protocol::tcp, 443);
    EXPECT_EQ(rules(result, FirewallPlace::server, Traffic::both_ways),
              "    On the server's host:\n"
              "      nft insert rule inet filter input ip saddr 198.51.100.4 tcp dport 443 \\\n"
              "        accept\n"
              "      ufw allow proto tcp from 198.51.100.4 to any port 443\n"
              "      nft insert rule inet filter output ct state established,related accept\n");
    EXPECT_EQ(rules(result, FirewallPlace::between, Traffic::both_ways),
              "    On a firewall between them:\n"
              "      nft insert rule inet filter forward ip saddr 198.51.100.4 ip daddr \\\n"
              "        192.0.2.7 tcp dport 443 accept\n"
              "      ufw route allow proto tcp from 198.51.100.4 to 192.0.2.7 port 443\n"
              "      nft insert rule inet filter forward ct state established,related accept\n");
    EXPECT_EQ(rules(result, FirewallPlace::client, Traffic::both_ways),
              "    On this host:\n"
              "      nft insert rule inet filter output ip daddr 192.0.2.7 tcp dport 443 accept\n"
              "      ufw allow out proto tcp from any to 192.0.2.7 port 443\n"
              "      nft insert rule inet filter input ct state established,related accept\n");
    EXPECT_THAT(rules(result, FirewallPlace::client, Traffic::replies), Not(HasSubstr("443")));
}

TEST(ExplainFirewall, TheServersRulesHaveWhatArrivesThere) {
    auto result = open_port(Protocol::udp, 443);
    result.seen->source = socket_address("203.0.113.9", 40001);
    result.seen->destination = socket_address("10.0.0.7", 8443);
    EXPECT_THAT(unwrapped(rules(result, FirewallPlace::server, Traffic::both_ways)),
                HasSubstr("input ip saddr 203.0.113.9 udp dport 8443"));
    EXPECT_THAT(unwrapped(rules(result, FirewallPlace::client, Traffic::both_ways)),
                HasSubstr("ip daddr 192.0.2.7 udp dport 443"));
}

TEST(ExplainFirewall, Ipv6AndWhatIsNotKnown) {
    auto result = filtered_port(Protocol::udp, 0);
    result.endpoint.address = address("fe80::1%2");
    auto text = unwrapped(rules(result, FirewallPlace::between, Traffic::both_ways));
    EXPECT_THAT(text, HasSubstr("forward ip6 daddr fe80::1 udp dport 0 accept"));
    EXPECT_THAT(text, Not(HasSubstr("ufw")));  // it takes no port 0
    result.local.reset();
    EXPECT_THAT(rules(result, FirewallPlace::server, Traffic::both_ways), Not(HasSubstr("saddr")));
}

TEST(ExplainFirewall, NamesPlacesByWhatIsProven) {
    auto result = filtered_port(Protocol::tcp, 443);
    result.conclusion.direction = Direction::forward;
    auto text = unwrapped(firewall(result).text);
    EXPECT_THAT(text, HasSubstr("on the way there, or on the server itself, may drop the requests; "
                                "which one is not proven"));
    EXPECT_THAT(text, HasSubstr("tcp dport 443"));
    result.conclusion.direction = Direction::return_;
    text = unwrapped(firewall(result).text);
    EXPECT_THAT(text, HasSubstr("Requests pass."));
    EXPECT_THAT(text, Not(HasSubstr("dport")));
    result = sample(Protocol::udp, 53, Verdict::rejected, Evidence::icmp_admin_prohibited);
    EXPECT_THAT(unwrapped(firewall(result).text),
                HasSubstr("the sender of the error is not known"));
    result.conclusion.by = address("10.77.1.1");
    EXPECT_THAT(unwrapped(firewall(result).text),
                HasSubstr("10.77.1.1 sent the error, so look there"));
}

TEST(ExplainFirewall, NoRuleForWhatNoRuleChanges) {
    for (const auto evidence : {Evidence::no_route, Evidence::icmp_net_unreachable}) {
        EXPECT_THAT(firewall(sample(Protocol::tcp, 1, Verdict::unreachable, evidence)).text,
                    Not(HasSubstr("insert")));
    }
    EXPECT_THAT(firewall(sample(Protocol::tcp, 1, Verdict::untested, Evidence::not_listening)).text,
                HasSubstr("says nothing about a firewall."));
}

TEST(ExplainFirewall, NoFirewallIsBetweenTheEndsOfOneHost) {
    auto result = open_port(Protocol::tcp, 443);
    result.endpoint.address = result.local->address;
    EXPECT_THAT(firewall(result).text, Not(HasSubstr("forward")));
    EXPECT_THAT(firewall(result).text, HasSubstr("Both ends are on this host"));
}

TEST(ExplainFirewall, AResetOfDataMayBeTheServices) {
    const auto text = [](Verdict verdict, Evidence evidence) {
        return unwrapped(firewall(sample(Protocol::tcp, 1, verdict, evidence)).text);
    };
    EXPECT_THAT(text(Verdict::answered, Evidence::data_reset),
                HasSubstr("or the service reset it, as it does not know the request"));
    EXPECT_THAT(text(Verdict::cut, Evidence::data_reset), Not(HasSubstr("service")));
    EXPECT_THAT(text(Verdict::cut, Evidence::data_reset), HasSubstr("rejects the rest"));
    EXPECT_THAT(text(Verdict::cut, Evidence::data_lost), HasSubstr("drops the rest"));
}

TEST(ExplainFirewall, AnUnreachableHostDoesNotExcludeAFirewall) {
    const auto text = unwrapped(
        firewall(sample(Protocol::tcp, 1, Verdict::unreachable, Evidence::icmp_host_unreachable))
            .text);
    EXPECT_THAT(text, HasSubstr("Usually routing, or a host that is down. A firewall can send "
                                "this error, too"));
}

TEST(ExplainFirewall, SaysWhetherItGivesRules) {
    EXPECT_TRUE(firewall(open_port(Protocol::tcp, 443)).has_rules);
    EXPECT_FALSE(
        firewall(sample(Protocol::tcp, 1, Verdict::untested, Evidence::interrupted)).has_rules);
}

}  // namespace
}  // namespace pt::client
