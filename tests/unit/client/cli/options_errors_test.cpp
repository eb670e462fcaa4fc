#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "parse_words.hpp"

namespace pt::client {
namespace {

using namespace test;
using ::testing::HasSubstr;

TEST(Options, AnErrorNamesTheWordAndWhatIsAllowed) {
    struct {
        std::vector<std::string> words;
        std::vector<const char*> parts;
    } const cases[] = {
        {{}, {"no host and no port given", "pt-client HOST SPEC..."}},
        {{"example.com"}, {"no port given", "pt-client example.com tcp/443"}},
        {{"--host", "a"}, {"no port given", "pt-client --host a tcp/443"}},
        {{"tcp/443"}, {"\"tcp/443\"", "a host is required here", "pt-client HOST tcp/443"}},
        {{"tcp/443", "example.com"}, {"\"tcp/443\"", "a host is required here"}},
        {{"h", "tcp/0"}, {"0", "1 to 65535"}},
        {{"h", "tcp/65536"}, {"65536", "1 to 65535"}},
        {{"h", "icmp/1"}, {"icmp"}},
        {{"h", "other.example", "tcp/1"}, {"other.example", "--host HOST --host HOST"}},
        {{"tcp://db:5432", "tcp/443"},
         {"\"tcp/443\" belongs to no host", "HOST SPEC... goes first"}},
        {{"tcp://db:5432", "web", "tcp/443"}, {"\"web\" belongs to no host"}},
        {{"web", "tcp://db:5432"}, {"no port given", "pt-client web tcp/443"}},
        {{"http://db"}, {"\"http://db\"", "tcp, udp or any", "write tcp://db:80"}},
        {{"tcp://[::1]:1", "-4"}, {"\"::1\" is an IPv6 address, but -4 was given"}},
        {{"h", "1", "--frame-size", "128"}, {"--frame-size \"128\"", "129 to 1472"}},
        {{"h", "1", "--frame-size", "1473"}, {"--frame-size \"1473\"", "129 to 1472"}},
        {{"tcp://db:5432", "--", "./start"},
         {"./start", "a command behind -- goes with pt-client wait"}},
        {{"h", "1", "--tries", "0"}, {"--tries \"0\"", "1 to 255"}},
        {{"h", "1", "--tries", "256"}, {"--tries \"256\"", "1 to 255"}},
        {{"h", "1", "--tries", "-1"}, {"--tries \"-1\"", "1 to 255"}},
        {{"h", "1", "--tries="}, {"--tries"}},
        {{"h", "1", "--tries"}, {"--tries needs a value"}},
        {{"h", "1", "--tries", "1", "--tries", "2"}, {"--tries may be given only once"}},
        {{"h", "1", "--timeout", "3"}, {"--timeout \"3\"", "500ms, 3s or 1m"}},
        {{"h", "1", "--count", "1000001"}, {"--count \"1000001\"", "1 to 1000000"}},
        {{"h", "1", "--concurrency", "x"}, {"--concurrency \"x\"", "1 to 65535"}},
        {{"h", "1", "--rate", "0"}, {"--rate \"0\"", "1 to 10000000"}},
        {{"h", "1", "--source", "example.com"}, {"--source \"example.com\"", "address"}},
        {{"h", "1", "--source", "0.0.0.0"}, {"--source \"0.0.0.0\"", "address"}},
        {{"h", "1", "--source", "224.0.0.1"}, {"--source \"224.0.0.1\"", "address"}},
        {{"h", "1", "--source-port", "0"}, {"--source-port \"0\"", "1 to 65535"}},
        {{"h", "1", "--interface", ""}, {"--interface \"\"", "eth0"}},
        {{"h", "1", "--interface", "sixteen-letters-"}, {"--interface", "eth0"}},
        {{"h", "1", "--output", "xml"}, {"--output \"xml\"", "table, json, jsonl, csv, markdown"}},
        {{"h", "1", "--output", "JSON"},
         {"--output \"JSON\"", "table, json, jsonl, csv, markdown"}},
        {{"h", "1", "--require", "open"}, {"--require \"open\"", "echo is allowed"}},
        {{"h", "1", "-4", "-6"}, {"-4 and -6"}},
        {{"h", "1", "--explain", "--output", "json"}, {"--explain", "--output table"}},
        {{"h", "1", "-v", "--output", "csv"}, {"--verbose", "--output table"}},
        {{"h", "1", "-v", "-q"}, {"--verbose and --quiet exclude each other"}},
        {{"h", "1", "-v", "--baseline", "f"}, {"--verbose does not go with --baseline"}},
        {{"h", "1", "--explain=yes"}, {"--explain takes no value"}},
        {{"h", "1", "--bogus"}, {"\"--bogus\"", "--help"}},
        {{"h", "1", "--trie", "3"}, {"\"--trie\"", "did you mean --tries?"}},
        {{"h", "1", "-z"}, {"\"-z\"", "--help"}},
        {{"--host", "", "1"}, {"--host", "empty"}},
        {{"--host", "a:1", "1"}, {"--host: \"a:1\"", "only a host"}},
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

TEST(Options, AFormerOptionNamesTheCommand) {
    EXPECT_EQ(refused({"--wait", "5m", "tcp://db:5432", "--", "./start"}),
              "--wait is a command now: pt-client wait --for 60s TARGET...");
    EXPECT_EQ(refused({"h", "1", "--wait=5m"}), refused({"h", "1", "--wait", "5m"}));
    EXPECT_EQ(refused({"h", "1", "--wait-for", "open"}),
              "--wait-for is an option of a command now: pt-client wait --until open TARGET...");
    EXPECT_EQ(refused({"h", "--list", "--output", "json"}),
              "--list is a command now: pt-client list HOST [SPEC...]");
    EXPECT_THAT(refused({"h", "1", "--waits", "5m"}), HasSubstr("unknown option \"--waits\""));
    EXPECT_THAT(refused({"--", "--list", "1"}), HasSubstr("\"--list\""));
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

}  // namespace
}  // namespace pt::client
