#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "client/report/explain/service_purpose.hpp"
#include "client/report/explain/terms.hpp"
#include "common/core/service_names.hpp"
#include "report/explain_texts.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(ExplainTerms, TheRangesOfRfc6335) {
    EXPECT_THAT(port_ranges(), HasSubstr("0-1023                 1024-49151             49152-65535"
                                         "\n    system ports           user ports             "
                                         "dynamic ports\n"));
}

TEST(ExplainTerms, TheOtherProtocolIsAnotherPort) {
    EXPECT_THAT(story({open_port(Protocol::tcp, 53)}),
                HasSubstr("53 domain: open domain: not probed or not shown"));
    EXPECT_THAT(story({open_port(Protocol::tcp, 53), filtered_port(Protocol::udp, 53)}),
                HasSubstr("53 domain: open domain: filtered"));
    EXPECT_THAT(story({open_port(Protocol::udp, 60001)}),
                HasSubstr("60001 (none): not probed or not shown (none): open"));
}

TEST(ExplainTerms, TellsWhereTheProbeCameFrom) {
    EXPECT_THAT(story({open_port(Protocol::tcp, 443)}),
                HasSubstr("The range of this host is 32768-60999 (net.ipv4.ip_local_port_range). "
                          "It differs from the dynamic ports of RFC 6335"));
    auto own = known_facts();
    own.ephemeral_range->first = Port{49152};
    EXPECT_THAT(story({open_port(Protocol::tcp, 443)}, own),
                HasSubstr("It lies within the dynamic ports."));
    auto fixed = known_facts();
    fixed.source_port = Port{33000};
    EXPECT_THAT(story({open_port(Protocol::tcp, 443)}, fixed),
                HasSubstr("Port 33000 of this host was set with --source-port"));
    EXPECT_THAT(story({open_port(Protocol::tcp, 443)}, fixed), Not(HasSubstr("The kernel assigns "
                                                                             "it")));
}

TEST(ExplainTerms, TellsWhenThePortIsGivenBack) {
    auto result = open_port(Protocol::tcp, 443);
    EXPECT_THAT(story({result}), HasSubstr("in TIME_WAIT, so that late segments cannot reach a new "
                                           "connection: on this host for 60 s."));
    result.closed_first = End::client;
    EXPECT_THAT(story({result}), HasSubstr("This end closed the connection first, so the kernel "
                                           "keeps port 52123 in TIME_WAIT for this destination for "
                                           "60 s"));
    result.closed_first = End::server;
    EXPECT_THAT(story({result}), HasSubstr("The other end closed the connection first"));
    auto fixed = known_facts();
    fixed.source_port = result.local->port;
    EXPECT_THAT(story({result}, fixed), HasSubstr("with a reset, which frees the port at once"));
    EXPECT_THAT(story({open_port(Protocol::udp, 53)}),
                HasSubstr("UDP has no connections: port 52123 was free"));
    EXPECT_THAT(story({filtered_port(Protocol::tcp, 53)}), HasSubstr("there is no TIME_WAIT"));
    EXPECT_THAT(story({sample(Protocol::tcp, 1, Verdict::answered, Evidence::data_reset)}),
                HasSubstr("without TIME_WAIT"));
    auto ended = sample(Protocol::tcp, 1, Verdict::untested, Evidence::interrupted);
    ended.findings = Findings{};
    EXPECT_THAT(story({ended}), HasSubstr("No connection was established"));
    ended.findings->connected = true;
    EXPECT_THAT(story({ended}), HasSubstr("A connection was established; when port 52123 was free "
                                          "again is not known."));
}

TEST(ExplainTerms, SaysWhatProbedServicesDo) {
    const auto text = story({open_port(Protocol::tcp, 25), open_port(Protocol::tcp, 4)});
    EXPECT_THAT(text, HasSubstr("25 smtp sends e-mail between servers"));
    EXPECT_THAT(text, Not(HasSubstr("ssh")));
    EXPECT_THAT(story({open_port(Protocol::tcp, 4)}), Not(HasSubstr("Services:")));
}

TEST(ExplainTerms, ServicesThatPeopleMeetDailyHaveAPurpose) {
    constexpr std::array<std::uint16_t, 33> tcp{
        21,   22,   23,   25,   53,   80,   88,   110,  123,  143,  179,
        389,  443,  445,  465,  587,  631,  636,  873,  993,  995,  1194,
        1433, 1883, 2049, 3306, 3389, 5060, 5432, 5672, 5900, 6379, 27017};
    constexpr std::array<std::uint16_t, 15> udp{53,  67,  68,   69,   123,  161,  162, 443,
                                                500, 514, 1194, 1812, 3478, 4500, 5353};
    for (const auto port : tcp) {
        EXPECT_NE(service_purpose(service_name(Protocol::tcp, Port{port})), "") << port;
    }
    for (const auto port : udp) {
        EXPECT_NE(service_purpose(service_name(Protocol::udp, Port{port})), "") << port;
    }
    EXPECT_EQ(service_purpose("shell"), "");
    EXPECT_EQ(service_purpose(""), "");
}

}  // namespace
}  // namespace pt::client
