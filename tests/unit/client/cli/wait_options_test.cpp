#include "client/cli/wait_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/command_line.hpp"
#include "common/options/help.hpp"
#include "parse_words.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

WaitOptions accepted(std::vector<std::string> words) {
    return test::accepted<WaitOptions>(std::move(words), parse_wait_options);
}

std::string refused(std::vector<std::string> words) {
    return test::refused(std::move(words), parse_wait_options);
}

TEST(WaitOptions, DefaultsAreThoseOfTheHelp) {
    const auto options = accepted({"tcp://db:5432"});
    EXPECT_EQ(options.limit, 60s);
    EXPECT_THAT(options.command, IsEmpty());
    EXPECT_EQ(options.scan.require, Requirement::answer);
    EXPECT_EQ(options.scan.timeout, 1s);
    EXPECT_EQ(options.scan.tries, 5U);
    EXPECT_FALSE(options.scan.all_addresses);
    EXPECT_FALSE(options.scan.list);
    ASSERT_EQ(options.scan.whole_targets.size(), 1U);
    EXPECT_EQ(options.scan.whole_targets[0].host, "db");
}

TEST(WaitOptions, AreTakenAndACommandBehindDashes) {
    const auto options =
        accepted({"db", "tcp/5432", "--timeout", "3s", "--tries", "7", "--for", "5m", "--until",
                  "open", "--all-addresses", "--", "./start", "--wait", "--", "-4"});
    EXPECT_EQ(options.limit, 5min);
    EXPECT_EQ(options.scan.require, Requirement::echo);
    EXPECT_EQ(options.scan.timeout, 3s);
    EXPECT_EQ(options.scan.tries, 7U);
    EXPECT_TRUE(options.scan.all_addresses);
    EXPECT_EQ(options.scan.family, net::AddressFamily::any);
    EXPECT_THAT(options.scan.hosts, ElementsAre("db"));
    EXPECT_EQ(options.scan.ports.to_string(), "tcp/5432");
    EXPECT_THAT(options.command, ElementsAre("./start", "--wait", "--", "-4"));
    EXPECT_EQ(accepted({"db", "1", "--until", "answered"}).scan.require, Requirement::answer);
}

TEST(WaitOptions, TargetsAreThoseOfAScan) {
    const auto options = accepted({"--host", "a", "--host", "b", "tcp/1", "-6"});
    EXPECT_THAT(options.scan.hosts, ElementsAre("a", "b"));
    EXPECT_EQ(options.scan.family, net::AddressFamily::v6);
    EXPECT_EQ(accepted({"--host-file", "hosts.txt", "tcp/1"}).scan.host_file, "hosts.txt");
}

TEST(WaitOptions, AnErrorNamesTheWordAndWhatIsAllowed) {
    struct {
        std::vector<std::string> words;
        std::vector<const char*> parts;
    } const cases[] = {
        {{}, {"no host and no port given", "usage: pt-client wait HOST SPEC..."}},
        {{"db"}, {"no port given", "pt-client wait db tcp/443"}},
        {{"tcp://db:1", "tcp/2"}, {"\"tcp/2\" belongs to no host", "pt-client wait HOST tcp/443"}},
        {{"h", "1", "--for", "60"}, {"--for \"60\"", "500ms, 3s or 1m"}},
        {{"h", "1", "--for", "61m"}, {"--for \"61m\"", "1ms to 60m"}},
        {{"h", "1", "--for", "1s", "--for", "2s"}, {"--for may be given only once"}},
        {{"h", "1", "--until", "closed"}, {"--until \"closed\"", "answered and open are allowed"}},
        {{"h", "1", "--require", "echo"}, {"unknown option \"--require\""}},
        {{"h", "1", "--resume", "file"}, {"unknown option \"--resume\""}},
        {{"h", "1", "--wait-for", "open"}, {"pt-client wait --until open"}},
        {{"h", "1", "--"}, {"no command behind --", "leave -- out"}},
        {{"h", "1", "--", ""}, {"no command behind --"}},
        {{"h", "1", "--output", "json", "--", "./start"},
         {"behind --", "--output table", "pt-client wait tcp://db:5432 --output json && ./start"}},
        {{"h", "1", "--explain", "--output", "json"}, {"--explain", "--output table"}},
        {{"h", "1", "-v", "--output", "json"}, {"--verbose", "--output table"}},
        {{"h", "1", "-qv"}, {"--verbose and --quiet exclude each other"}},
        {{"::1", "1", "-4"}, {"\"::1\" is an IPv6 address, but -4 was given"}},
    };
    for (const auto& [words, parts] : cases) {
        const auto message = refused(words);
        for (const auto* part : parts) {
            EXPECT_THAT(message, HasSubstr(part));
        }
    }
}

TEST(WaitOptions, AreReadOnlyWhereTheFirstWordIsTheCommand) {
    const auto parse = [](std::vector<std::string> words) {
        return *test::parse(std::move(words), parse_command_line);
    };
    EXPECT_TRUE(std::holds_alternative<WaitOptions>(parse({"wait", "tcp://db:5432"})));
    const auto scan = parse({"scan", "wait", "tcp/80"});
    EXPECT_THAT(std::get<Options>(scan).hosts, ElementsAre("wait"));
    const auto host = parse({"--host", "wait", "tcp/80"});
    EXPECT_THAT(std::get<Options>(host).hosts, ElementsAre("wait"));
    const auto help = parse({"wait", "--help"});
    EXPECT_EQ(std::get<Notice>(help).text, help_text(wait_program()));
}

}  // namespace
}  // namespace pt::client
