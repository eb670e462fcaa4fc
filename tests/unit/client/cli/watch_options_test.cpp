#include "client/cli/watch_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "cli/parse_words.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

WatchOptions watch(std::vector<std::string> words) {
    return test::accepted<WatchOptions>(std::move(words), parse_watch_options);
}

TEST(WatchOptions, HaveDefaults) {
    const auto options = watch({"db", "tcp/5432"});
    EXPECT_EQ(options.every, 1s);
    EXPECT_FALSE(options.limit);
    EXPECT_EQ(options.until, WatchUntil::time);
    EXPECT_TRUE(options.command.empty());
    EXPECT_EQ(options.scan.output, OutputFormat::table);
    EXPECT_THAT(options.scan.hosts, ElementsAre("db"));
}

TEST(WatchOptions, AreRead) {
    const auto options =
        watch({"--every", "250ms", "--for", "48h", "--until", "blocked", "--output", "jsonl", "db",
               "5432", "--", "./notify", "--loud", "--"});
    EXPECT_EQ(options.every, 250ms);
    EXPECT_EQ(options.limit, 48h);
    EXPECT_EQ(options.until, WatchUntil::blocked);
    EXPECT_EQ(options.scan.output, OutputFormat::jsonl);
    EXPECT_THAT(options.command, ElementsAre("./notify", "--loud", "--"));
}

TEST(WatchOptions, SoManyPortsAreWatchedAsAttemptsCanBeMade) {
    EXPECT_EQ(too_many_ports(400, 1s), "");
    EXPECT_THAT(too_many_ports(401, 1s), HasSubstr("at most 400"));
    EXPECT_EQ(too_many_ports(40, 100ms), "");
    EXPECT_THAT(too_many_ports(41, 100ms), HasSubstr("every 100 ms: at most 40"));
}

}  // namespace
}  // namespace pt::client
