#include "client/options/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "client/cli/help.hpp"
#include "common/core/verdict.hpp"
#include "common/options/help.hpp"
#include "common/version/version_text.hpp"
#include "parse_words.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Options, DefaultsAreThoseOfTheHelp) {
    const auto options = accepted({"example.com", "tcp/443"});
    EXPECT_THAT(options.hosts, ElementsAre("example.com"));
    EXPECT_EQ(options.ports.to_string(), "tcp/443");
    EXPECT_FALSE(options.host_file);
    EXPECT_EQ(options.family, net::AddressFamily::any);
    EXPECT_FALSE(options.all_addresses);
    EXPECT_EQ(options.tries, 16U);
    EXPECT_EQ(options.timeout, 3500ms);
    EXPECT_EQ(options.count, 1U);
    EXPECT_FALSE(options.concurrency);
    EXPECT_FALSE(options.rate);
    EXPECT_FALSE(options.source);
    EXPECT_FALSE(options.source_port);
    EXPECT_FALSE(options.interface);
    EXPECT_EQ(options.output, OutputFormat::table);
    EXPECT_EQ(options.require, Requirement::answer);
    EXPECT_FALSE(options.explain);
    EXPECT_FALSE(options.verbose);
}

TEST(Options, EveryOptionIsTaken) {
    const auto options = accepted({"--tries",
                                   "3",
                                   "--timeout=500ms",
                                   "--count",
                                   "10",
                                   "--concurrency",
                                   "20",
                                   "--rate",
                                   "30",
                                   "--source",
                                   "198.51.100.4",
                                   "--source-port",
                                   "4000",
                                   "--interface",
                                   "eth0",
                                   "--output",
                                   "table",
                                   "--require",
                                   "echo",
                                   "--explain",
                                   "--verbose",
                                   "--all-addresses",
                                   "-4",
                                   "example.com",
                                   "tcp/22,80",
                                   "udp/53"});
    EXPECT_EQ(options.ports.to_string(), "tcp/22,80 udp/53");
    EXPECT_EQ(options.family, net::AddressFamily::v4);
    EXPECT_TRUE(options.all_addresses);
    EXPECT_EQ(options.tries, 3U);
    EXPECT_EQ(options.timeout, 500ms);
    EXPECT_EQ(options.count, 10U);
    EXPECT_EQ(options.concurrency, 20U);
    EXPECT_EQ(options.rate, 30U);
    EXPECT_EQ(options.source, address("198.51.100.4"));
    EXPECT_EQ(options.source_port, Port{4000});
    EXPECT_EQ(options.interface, "eth0");
    EXPECT_EQ(options.require, Requirement::echo);
    EXPECT_TRUE(options.explain);
    EXPECT_TRUE(options.verbose);
}

TEST(Options, LookUpsTakeAsLongAsTheTimeoutButNoLessThanTwoSeconds) {
    EXPECT_EQ(accepted({"h", "1"}).lookup_timeout, 10s);
    EXPECT_EQ(accepted({"h", "1", "--timeout", "5s"}).lookup_timeout, 5s);
    EXPECT_EQ(accepted({"h", "1", "--timeout", "20s"}).lookup_timeout, 20s);
    EXPECT_EQ(accepted({"h", "1", "--timeout", "100ms"}).lookup_timeout, 2s);
}

TEST(Options, OutputFormats) {
    EXPECT_EQ(accepted({"h", "1", "--output", "json"}).output, OutputFormat::json);
    EXPECT_EQ(accepted({"h", "1", "--output", "jsonl"}).output, OutputFormat::jsonl);
    EXPECT_EQ(accepted({"h", "1", "--output", "csv"}).output, OutputFormat::csv);
}

TEST(Options, OnlyTakesVerdictsOneByOneAndInLists) {
    EXPECT_FALSE(accepted({"h", "1"}).only);
    const auto options = accepted({"h", "1", "--only", "open,cut", "--only", "filtered"});
    EXPECT_EQ(options.only, (std::set<Verdict>{Verdict::open, Verdict::cut, Verdict::filtered}));
}

TEST(Options, AResumedRunNeedsNeitherHostNorPort) {
    const auto options = accepted({"--resume", "run.jsonl"});
    EXPECT_EQ(options.resume, "run.jsonl");
    EXPECT_TRUE(options.hosts.empty());
    EXPECT_TRUE(options.ports.empty());
    EXPECT_THAT(refused({"--resume", "run.jsonl", "example.com"}), HasSubstr("no port given"));
}

TEST(Options, HostsByOptionMakeEveryOtherWordASpec) {
    const auto options = accepted({"--host", "a", "tcp/1", "--host", "b", "udp/2"});
    EXPECT_THAT(options.hosts, ElementsAre("a", "b"));
    EXPECT_EQ(options.ports.to_string(), "tcp/1 udp/2");
    EXPECT_EQ(accepted({"--host-file", "hosts.txt", "tcp/1"}).host_file, "hosts.txt");
}

TEST(Options, WholeTargetsNeedNoHostAndKeepTheirOwnPorts) {
    const auto options = accepted({"tcp://db:5432", "udp://[fd00::1]:53"});
    EXPECT_THAT(options.hosts, ElementsAre());
    EXPECT_TRUE(options.ports.empty());
    ASSERT_EQ(options.whole_targets.size(), 2U);
    EXPECT_EQ(options.whole_targets[0].host, "db");
    EXPECT_EQ(options.whole_targets[0].ports.to_string(), "tcp/5432");
    EXPECT_EQ(options.whole_targets[1].host, "fd00::1");
    EXPECT_EQ(options.whole_targets[1].ports.to_string(), "udp/53");
}

TEST(Options, WholeTargetsGoBehindAHostWithSpecs) {
    for (const auto& words : std::initializer_list<std::vector<std::string>>{
             {"web", "tcp/443", "tcp://db:5432", "udp/443"},
             {"--host", "web", "tcp://db:5432", "tcp/443", "udp/443"}}) {
        const auto options = accepted(words);
        EXPECT_THAT(options.hosts, ElementsAre("web"));
        EXPECT_EQ(options.ports.to_string(), "tcp/443 udp/443");
        ASSERT_EQ(options.whole_targets.size(), 1U);
        EXPECT_EQ(options.whole_targets[0].host, "db");
    }
}

TEST(Options, WordsBehindADoubleDashAreNoOptions) {
    EXPECT_EQ(accepted({"--", "example.com", "tcp/443"}).ports.to_string(), "tcp/443");
}

TEST(Options, TheSourceAddressDecidesTheFamily) {
    EXPECT_EQ(accepted({"h", "1", "--source", "::1"}).family, net::AddressFamily::v6);
    EXPECT_EQ(accepted({"h", "1", "--source", "192.0.2.1"}).family, net::AddressFamily::v4);
    EXPECT_THAT(refused({"h", "1", "--source", "::1", "-4"}),
                HasSubstr("is an IPv6 address, but -4 was given"));
    EXPECT_THAT(refused({"192.0.2.1", "1", "--source", "::1"}),
                HasSubstr("\"192.0.2.1\" is an IPv4 address, but --source ::1 was given"));
    EXPECT_THAT(refused({"::1", "1", "-4"}),
                HasSubstr("\"::1\" is an IPv6 address, but -4 was given"));
}

TEST(Options, HelpTeachesByExample) {
    for (const auto* word : {"--help", "-h"}) {
        const auto parsed = parse({word});
        const auto* help = std::get_if<Notice>(&*parsed);
        ASSERT_NE(help, nullptr);
        EXPECT_TRUE(is_plain_text(help->text));
        EXPECT_THAT(help->text, HasSubstr("pt-client example.com tcp/443"));
        EXPECT_EQ(help->text, help_text(program()));
    }
}

TEST(Options, VersionNamesTheProgramFirst) {
    const auto parsed = parse({"--version"});
    const auto* version = std::get_if<Notice>(&*parsed);
    ASSERT_NE(version, nullptr);
    EXPECT_EQ(version->text, version_text("pt-client", "none"));
}

}  // namespace
}  // namespace pt::client
