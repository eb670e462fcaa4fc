#include "client/cli/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "client/cli/help.hpp"
#include "common/core/verdict.hpp"
#include "common/options/help.hpp"
#include "common/version/version_text.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ParsedOptions parse(std::vector<std::string> words) {
    std::vector<const char*> argv{"pt-client"};
    for (const auto& word : words) {
        argv.push_back(word.c_str());
    }
    return parse_options(static_cast<int>(argv.size()), argv.data());
}

Options accepted(std::vector<std::string> words) {
    auto parsed = parse(std::move(words));
    if (const auto* error = std::get_if<UsageError>(&parsed)) {
        ADD_FAILURE() << error->message;
        return {};
    }
    return std::get<Options>(parsed);
}

std::string refused(std::vector<std::string> words) {
    const auto parsed = parse(std::move(words));
    const auto* error = std::get_if<UsageError>(&parsed);
    if (error == nullptr) {
        ADD_FAILURE() << "was accepted";
        return "";
    }
    EXPECT_TRUE(is_plain_text(error->message)) << error->message;
    EXPECT_EQ(error->message.find('\n'), std::string::npos) << error->message;
    return error->message;
}

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
}

TEST(Options, LookUpsTakeAsLongAsTheTimeoutButNoLessThanTwoSeconds) {
    EXPECT_EQ(accepted({"h", "1"}).lookup_timeout, 10s);
    EXPECT_EQ(accepted({"h", "1", "--timeout", "5s"}).lookup_timeout, 5s);
    EXPECT_EQ(accepted({"h", "1", "--timeout", "20s"}).lookup_timeout, 20s);
    EXPECT_EQ(accepted({"h", "1", "--timeout", "100ms"}).lookup_timeout, 2s);
    EXPECT_EQ(accepted({"h", "1", "--wait", "1m"}).lookup_timeout, 10s);
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

TEST(Options, WaitHasShortRoundsAndACommandBehindDashes) {
    const auto plain = accepted({"--wait", "60s", "tcp://db:5432"});
    EXPECT_EQ(plain.wait, 60s);
    EXPECT_TRUE(plain.command.empty());
    EXPECT_EQ(plain.require, Requirement::answer);
    EXPECT_EQ(plain.timeout, 1s);
    EXPECT_EQ(plain.tries, 5U);

    const auto full = accepted({"db", "tcp/5432", "--timeout", "3s", "--tries", "7", "--wait", "5m",
                                "--wait-for", "open", "--", "./start", "--wait", "--", "-4"});
    EXPECT_EQ(full.wait, 5min);
    EXPECT_EQ(full.require, Requirement::echo);
    EXPECT_EQ(full.timeout, 3s);
    EXPECT_EQ(full.tries, 7U);
    EXPECT_THAT(full.command, ElementsAre("./start", "--wait", "--", "-4"));
    EXPECT_EQ(accepted({"db", "1", "--wait", "1s", "--require", "echo"}).require,
              Requirement::echo);
}

TEST(Options, TheSourceAddressDecidesTheFamily) {
    EXPECT_EQ(accepted({"h", "1", "--source", "::1"}).family, net::AddressFamily::v6);
    EXPECT_EQ(accepted({"h", "1", "--source", "192.0.2.1"}).family, net::AddressFamily::v4);
    EXPECT_THAT(refused({"h", "1", "--source", "::1", "-4"}),
                HasSubstr("is an IPv6 address, but -4 was given"));
    EXPECT_THAT(refused({"192.0.2.1", "1", "--source", "::1"}),
                HasSubstr("'192.0.2.1' is an IPv4 address, but --source ::1 was given"));
    EXPECT_THAT(refused({"::1", "1", "-4"}),
                HasSubstr("'::1' is an IPv6 address, but -4 was given"));
}

TEST(Options, AnErrorNamesTheWordAndWhatIsAllowed) {
    struct {
        std::vector<std::string> words;
        std::vector<const char*> parts;
    } const cases[] = {
        {{}, {"no host and no port given", "pt-client HOST SPEC..."}},
        {{"example.com"}, {"no port given", "pt-client example.com tcp/443"}},
        {{"--host", "a"}, {"no port given", "pt-client --host a tcp/443"}},
        {{"tcp/443"}, {"'tcp/443'", "a host is required here", "pt-client HOST tcp/443"}},
        {{"tcp/443", "example.com"}, {"'tcp/443'", "a host is required here"}},
        {{"h", "tcp/0"}, {"0", "1 to 65535"}},
        {{"h", "tcp/65536"}, {"65536", "1 to 65535"}},
        {{"h", "icmp/1"}, {"icmp"}},
        {{"h", "other.example", "tcp/1"}, {"other.example", "--host HOST --host HOST"}},
        {{"tcp://db:5432", "tcp/443"}, {"'tcp/443' belongs to no host", "HOST SPEC... goes first"}},
        {{"tcp://db:5432", "web", "tcp/443"}, {"'web' belongs to no host"}},
        {{"web", "tcp://db:5432"}, {"no port given", "pt-client web tcp/443"}},
        {{"http://db"}, {"'http://db'", "tcp, udp or any", "write tcp://db:80"}},
        {{"tcp://[::1]:1", "-4"}, {"'::1' is an IPv6 address, but -4 was given"}},
        {{"h", "1", "--wait", "60"}, {"--wait '60'", "500ms, 3s or 1m"}},
        {{"h", "1", "--wait", "5s", "--wait-for", "closed"},
         {"--wait-for 'closed'", "answered and open"}},
        {{"h", "1", "--wait-for", "open"}, {"--wait-for goes with --wait"}},
        {{"h", "1", "--wait", "5s", "--wait-for", "answered", "--require", "echo"},
         {"--wait-for answered and --require echo"}},
        {{"h", "1", "--wait", "5s", "--list"}, {"--list does not go with --wait"}},
        {{"h", "1", "--wait", "5s", "--count", "2"}, {"--count does not go with --wait"}},
        {{"h", "1", "--wait", "5s", "--frame-size", "999"},
         {"--frame-size does not go with --wait"}},
        {{"h", "1", "--frame-size", "128"}, {"--frame-size '128'", "129 to 1472"}},
        {{"h", "1", "--frame-size", "1473"}, {"--frame-size '1473'", "129 to 1472"}},
        {{"h", "1", "--wait", "5s", "--"}, {"no command behind --", "leave -- out"}},
        {{"h", "1", "--wait", "5s", "--", ""}, {"no command behind --"}},
        {{"tcp://db:5432", "--", "./start"}, {"./start", "a command behind -- goes with --wait"}},
        {{"h", "1", "--tries", "0"}, {"--tries '0'", "1 to 255"}},
        {{"h", "1", "--tries", "256"}, {"--tries '256'", "1 to 255"}},
        {{"h", "1", "--tries", "-1"}, {"--tries '-1'", "1 to 255"}},
        {{"h", "1", "--tries="}, {"--tries"}},
        {{"h", "1", "--tries"}, {"--tries needs a value"}},
        {{"h", "1", "--tries", "1", "--tries", "2"}, {"--tries may be given only once"}},
        {{"h", "1", "--timeout", "3"}, {"--timeout '3'", "500ms, 3s or 1m"}},
        {{"h", "1", "--count", "1000001"}, {"--count '1000001'", "1 to 1000000"}},
        {{"h", "1", "--concurrency", "x"}, {"--concurrency 'x'", "1 to 65535"}},
        {{"h", "1", "--rate", "0"}, {"--rate '0'", "1 to 10000000"}},
        {{"h", "1", "--source", "example.com"}, {"--source 'example.com'", "address"}},
        {{"h", "1", "--source", "0.0.0.0"}, {"--source '0.0.0.0'", "address"}},
        {{"h", "1", "--source", "224.0.0.1"}, {"--source '224.0.0.1'", "address"}},
        {{"h", "1", "--source-port", "0"}, {"--source-port '0'", "1 to 65535"}},
        {{"h", "1", "--interface", ""}, {"--interface ''", "eth0"}},
        {{"h", "1", "--interface", "sixteen-letters-"}, {"--interface", "eth0"}},
        {{"h", "1", "--output", "xml"}, {"--output 'xml'", "table, json, jsonl and csv"}},
        {{"h", "1", "--output", "JSON"}, {"--output 'JSON'", "table, json, jsonl and csv"}},
        {{"h", "1", "--require", "open"}, {"--require 'open'", "echo is allowed"}},
        {{"h", "1", "-4", "-6"}, {"-4 and -6"}},
        {{"h", "1", "--explain", "--output", "json"}, {"--explain", "--output table"}},
        {{"h", "1", "--explain=yes"}, {"--explain takes no value"}},
        {{"h", "1", "--bogus"}, {"'--bogus'", "--help"}},
        {{"h", "1", "--trie", "3"}, {"'--trie'", "--help"}},
        {{"h", "1", "-z"}, {"'-z'", "--help"}},
        {{"--host", "", "1"}, {"--host", "empty"}},
        {{"--host", "a:1", "1"}, {"--host: 'a:1'", "two words"}},
        {{"--host-file", "", "1"}, {"--host-file", "name of a file"}},
        {{"", "1"}, {"host is empty"}},
    };
    for (const auto& [words, parts] : cases) {
        const auto message = refused(words);
        for (const auto* part : parts) {
            EXPECT_THAT(message, HasSubstr(part));
        }
    }
}

TEST(Options, HostileWordsMakeOnePlainLine) {
    for (const auto& words : std::initializer_list<std::vector<std::string>>{
             {hostile},
             {"h", hostile},
             {"h", "tcp/" + hostile},
             {"h", "1", "--" + hostile},
             {"h", "1", "-" + hostile},
             {"h", "1", "--tries", hostile},
             {"h", "1", "--explain=" + hostile},
             {"h", "1", "--interface", hostile},
             {"--host", hostile, "1"},
             {"h", std::string(100'000, 'x')},
             {"h", "1", "--" + std::string(100'000, '\x1b')}}) {
        EXPECT_LT(refused(words).size(), 2000U);
    }
}

TEST(Options, HelpTeachesByExample) {
    for (const auto* word : {"--help", "-h"}) {
        const auto parsed = parse({word});
        const auto* help = std::get_if<Notice>(&parsed);
        ASSERT_NE(help, nullptr);
        EXPECT_TRUE(is_plain_text(help->text));
        EXPECT_THAT(help->text, HasSubstr("pt-client example.com tcp/443"));
        EXPECT_EQ(help->text, help_text(program()));
    }
}

TEST(Options, VersionNamesTheProgramFirst) {
    const auto parsed = parse({"--version"});
    const auto* version = std::get_if<Notice>(&parsed);
    ASSERT_NE(version, nullptr);
    EXPECT_EQ(version->text, version_text("pt-client", "none"));
}

}  // namespace
}  // namespace pt::client
