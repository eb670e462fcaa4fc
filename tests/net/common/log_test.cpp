// One event is one line, whatever it holds.
#include "common/net/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <regex>
#include <string>

namespace pt::net {
namespace {

std::string logged(LogFormat format, std::string_view level, const std::function<void()>& events) {
    testing::internal::CaptureStderr();
    set_up_log(format, level);
    events();
    return testing::internal::GetCapturedStderr();
}

std::string logged(LogFormat format, const std::string& message) {
    return logged(format, "info",
                  [&] { log(LogLevel::info, "{reason}", field<LogKey::reason>(message)); });
}

TEST(LogTest, TextIsTimeLevelAndMessage) {
    const auto line = logged(LogFormat::text, "tcp 443 https: first frame");
    EXPECT_TRUE(std::regex_match(
        line, std::regex{R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} info tcp 443 https: first frame)"
                         "\n"}))
        << line;
}

TEST(LogTest, JsonIsOneObject) {
    const auto line = logged(LogFormat::json, R"(a "quoted" word and a \ backslash)");
    EXPECT_TRUE(std::regex_match(
        line, std::regex{R"rx(\{"time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","level":"info",)rx"
                         R"rx("message":"a \\"quoted\\" word and a \\\\ backslash",)rx"
                         R"rx("reason":"a \\"quoted\\" word and a \\\\ backslash"\}\n)rx"}))
        << line;
}

TEST(LogTest, JsonOfNoFactsHasNoFields) {
    const auto line =
        logged(LogFormat::json, "warn", [] { log(LogLevel::warn, "failed to bind any port"); });
    EXPECT_TRUE(std::regex_match(
        line,
        std::regex{
            R"rx(\{"time":"[^"]*","level":"warn","message":"failed to bind any port"\}\n)rx"}))
        << line;
}

TEST(LogTest, NothingInAMessageBreaksItsLine) {
    std::string nasty;
    for (int byte = 0; byte < 256; ++byte) {
        nasty += static_cast<char>(byte);
    }
    for (const auto format : {LogFormat::text, LogFormat::json}) {
        const auto line = logged(format, nasty + "end");
        EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
        EXPECT_TRUE(std::all_of(line.begin(), line.end() - 1, [](char c) {
            return c >= ' ' && c <= '~';
        })) << line;
        EXPECT_NE(line.find("end"), std::string::npos) << line;
    }
}

TEST(LogTest, AMessageOf64KiBIsCut) {
    EXPECT_LT(logged(LogFormat::text, std::string(65'536, 'x')).size(), 5'000U);
    EXPECT_LT(logged(LogFormat::json, std::string(65'536, '\\')).size(), 20'000U);
    EXPECT_LT(logged(LogFormat::text, std::string(65'536, '\x1b')).size(), 20'000U);
}

TEST(LogTest, TheLevelDecides) {
    const auto all = [] {
        log(LogLevel::debug, "d");
        log(LogLevel::info, "i");
        log(LogLevel::warn, "w");
        log(LogLevel::error, "e");
    };
    const auto lines = [&](std::string_view level) {
        const auto text = logged(LogFormat::text, level, all);
        return std::count(text.begin(), text.end(), '\n');
    };
    EXPECT_EQ(lines("trace"), 4);
    EXPECT_EQ(lines("debug"), 4);
    EXPECT_EQ(lines("info"), 3);
    EXPECT_EQ(lines("warn"), 2);
    EXPECT_EQ(lines("error"), 1);
    EXPECT_EQ(lines("off"), 0);
}

TEST(LogTest, LevelWordsAreKnown) {
    for (const auto* const word : {"trace", "debug", "info", "warn", "error", "off"}) {
        EXPECT_TRUE(is_log_level(word)) << word;
    }
    for (const auto* const word : {"", "INFO", "warning", "loud", "in"}) {
        EXPECT_FALSE(is_log_level(word)) << word;
    }
}

}  // namespace
}  // namespace pt::net
