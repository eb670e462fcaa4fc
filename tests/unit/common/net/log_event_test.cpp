// An event: its sentence and its fields.
#include "common/net/log_event.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cerrno>
#include <set>
#include <string>
#include <vector>

#include "common/net/log_throttle.hpp"

namespace pt::net {
namespace {

using namespace std::chrono_literals;

std::string json(const LogEvent& event) { return boost::json::serialize(event.fields()); }

const SocketAddress peer{*IpAddress::parse("2001:db8::7"), Port{40000}};

TEST(LogEventTest, TheSentenceAndTheFieldsHaveTheSameFacts) {
    const LogEvent event{"{protocol} {port}: not answered, {reason}; from {peer}",
                         field<LogKey::protocol>(Protocol::udp), field<LogKey::port>(Port{53}),
                         field<LogKey::reason>("not a pt frame"), field<LogKey::peer>(peer)};
    EXPECT_EQ(event.message(), "udp 53: not answered, not a pt frame; from [2001:db8::7]:40000");
    EXPECT_EQ(json(event), R"({"protocol":"udp","port":53,"reason":"not a pt frame",)"
                           R"("peer":"[2001:db8::7]:40000"})");
}

TEST(LogEventTest, FieldsOfEachKind) {
    const std::vector<std::string> names{"bind", "threads"};
    const std::vector<std::string> none;
    const struct {
        LogEvent event;
        const char* message;
        const char* json;
    } cases[] = {
        {LogEvent{"no facts"}, "no facts", "{}"},
        {LogEvent{"{count} more", field<LogKey::count>(std::size_t{7})}, "7 more",
         R"({"count":7})"},
        {LogEvent{"{count}", field<LogKey::count>(UINT64_MAX)}, "18446744073709551615",
         R"({"count":18446744073709551615})"},
        {LogEvent{"{error}",
                  field<LogKey::error>(std::make_error_code(std::errc::permission_denied))},
         "Permission denied", R"({"error":"Permission denied"})"},
        {LogEvent{"{error}", field<LogKey::error>(std::error_code{})}, "", R"({"error":null})"},
        {LogEvent{"on {address}", field<LogKey::address>(peer.address)}, "on 2001:db8::7",
         R"({"address":"2001:db8::7"})"},
        {LogEvent{"{settings}", field<LogKey::settings>(names)}, "bind, threads",
         R"({"settings":["bind","threads"]})"},
        {LogEvent{"{settings}", field<LogKey::settings>(none)}, "", R"({"settings":[]})"},
        {LogEvent{"{last_port}", field<LogKey::last_port>(std::optional<Port>{})}, "",
         R"({"last_port":null})"},
        {LogEvent{"{last_port}", field<LogKey::last_port>(std::optional{Port{9}})}, "9",
         R"({"last_port":9})"},
    };
    for (const auto& [event, message, fields] : cases) {
        EXPECT_EQ(event.message(), message);
        EXPECT_EQ(json(event), fields);
    }
}

TEST(LogEventTest, TheSentenceMaySayAFactInItsOwnWay) {
    const LogEvent event{"port {port}{service}; opened: {opened}", field<LogKey::port>(Port{443}),
                         field<LogKey::service>("https", " https"),
                         field<LogKey::opened>("", "none")};
    EXPECT_EQ(event.message(), "port 443 https; opened: none");
    EXPECT_EQ(json(event), R"({"port":443,"service":"https","opened":null})");
}

TEST(LogEventTest, AFieldNeedNotBeInTheSentence) {
    const LogEvent event{"left out", field<LogKey::count>(3U)};
    EXPECT_EQ(event.message(), "left out");
    EXPECT_EQ(json(event), R"({"count":3})");
}

TEST(LogEventTest, BracesOfAValueAreNoField) {
    const LogEvent event{"{reason}", field<LogKey::reason>("{port} {} }{")};
    EXPECT_EQ(event.message(), "{port} {} }{");
}

TEST(LogEventTest, HostileTextIsPrintableAndBounded) {
    std::string nasty;
    for (int byte = 0; byte < 256; ++byte) {
        nasty += static_cast<char>(byte);
    }
    const std::vector<std::string> list{nasty};
    const LogEvent event{"{path} {settings}", field<LogKey::path>(nasty),
                         field<LogKey::settings>(list)};
    for (const auto& text : {event.message(), json(event)}) {
        EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) {
            return c >= ' ' && c <= '~';
        })) << text;
    }
    EXPECT_NE(event.message().find("\\x0A"), std::string::npos);
    EXPECT_EQ(event.fields().at("path").as_string().find("\\x00\\x01"), 0U);

    const std::string large(65'536, '\x1b');
    const LogEvent cut{"{path}", field<LogKey::path>(large)};
    EXPECT_LT(cut.message().size(), 20'000U);
    EXPECT_LT(cut.fields().at("path").as_string().size(), 20'000U);
    EXPECT_TRUE(cut.message().ends_with("\\x1B..."));
}

/// Any other sentence is not compiled.
TEST(LogEventTest, BracesHoldNamesOfFieldsAlone) {
    EXPECT_TRUE(has_no_other_braces("", {}));
    EXPECT_TRUE(has_no_other_braces("no facts", {"port"}));
    EXPECT_TRUE(has_no_other_braces("{port} {error}{port}", {"error", "port"}));
    for (const auto* const sentence : {"{}", "{0}", "{count}", "{port:5}", "{ port}", "{port",
                                       "port}", "{port} {", "{{port}}", "}{port}", "{port}}"}) {
        EXPECT_FALSE(has_no_other_braces(sentence, {"port"})) << sentence;
    }
}

TEST(LogKeys, AreStableNames) {
    std::set<std::string_view> names{"time", "level", "message"};
    for (const auto& row : log_keys) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_TRUE(std::all_of(row.name.begin(), row.name.end(), [](char c) {
            return (c >= 'a' && c <= 'z') || c == '_';
        })) << row.name;
        EXPECT_FALSE(row.meaning.empty()) << row.name;
    }
}

TEST(LogThrottleTest, OneLineInAnIntervalStandsForAllEvents) {
    LogThrottle throttle{10s};
    const TimePoint start{};
    const auto pass = [&](Nanoseconds after) -> std::string {
        const auto suppressed = throttle.pass(start + after);
        if (!suppressed) {
            return "suppressed";
        }
        const LogEvent event{"{suppressed}", *suppressed};
        return event.message() + json(event);
    };
    EXPECT_EQ(pass(0s), R"({"suppressed":0})");
    EXPECT_EQ(pass(1s), "suppressed");
    EXPECT_EQ(pass(9999ms), "suppressed");
    EXPECT_EQ(pass(10s), R"( (2 similar messages suppressed){"suppressed":2})");
    EXPECT_EQ(pass(20s), R"({"suppressed":0})");
    EXPECT_EQ(pass(21s), "suppressed");
    EXPECT_EQ(pass(30s), R"( (1 similar message suppressed){"suppressed":1})");
}

}  // namespace
}  // namespace pt::net
