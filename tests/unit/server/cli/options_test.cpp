// The command line and the configuration file: every form, and one line for every mistake.
#include "server/cli/options.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <vector>

#include "common/core/port_spec.hpp"
#include "common/options/help.hpp"
#include "common/version/version.hpp"
#include "server/cli/help.hpp"

namespace pt::server {
namespace {

PortSet ports(std::initializer_list<const char*> specs) {
    PortSet set;
    for (const auto* const spec : specs) {
        set.insert(*parse_port_spec(spec, PortZero::allowed));
    }
    return set;
}

auto parse(std::vector<const char*> words) {
    words.insert(words.begin(), "pt-server");
    return parse_command_line(static_cast<int>(words.size()), words.data());
}

Settings settings(const std::vector<const char*>& words) {
    const auto parsed = parse(words);
    if (!parsed) {
        ADD_FAILURE() << parsed.error().message;
        return {};
    }
    return std::get<Settings>(*parsed);
}

std::string complaint(const std::vector<const char*>& words) {
    const auto parsed = parse(words);
    return parsed ? "" : parsed.error().message;
}

std::string config_complaint(std::string_view text) {
    const auto parsed = parse_config(text, "pt.conf");
    return parsed ? "" : parsed.error().message;
}

Settings config(std::string_view text) {
    EXPECT_EQ(config_complaint(text), "");
    const auto parsed = parse_config(text, "pt.conf");
    return parsed ? *parsed : Settings{};
}

bool is_one_printable_line(const std::string& text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

TEST(ConfigTest, MayBeginWithAByteOrderMark) {
    EXPECT_EQ(config("\xEF\xBB\xBFlisten = tcp/53\r\n").ports, ports({"tcp/53"}));
    EXPECT_NE(config_complaint("\xEF\xBB\xBF"
                               "nonsense\n")
                  .find("pt.conf:1: "),
              std::string::npos);
    EXPECT_EQ(config_complaint("\xFE\xFF x"), "pt.conf:1: UTF-16 text: save the file as UTF-8");
}

TEST(CommandLineTest, SpecsAddUp) {
    const auto read = settings(
        {"tcp/53", "udp/53", "tcp/8000-8100", "5353/udp", "tcp/https", "any/7", "http", "tcp/0"});
    EXPECT_EQ(read.ports, ports({"tcp/0,7,53,80,443,8000-8100", "udp/7,53,5353"}));
}

TEST(CommandLineTest, EveryOptionIsRead) {
    const auto read =
        settings({"--bind", "192.0.2.7", "--bind=::1", "--strict", "--log-level", "debug",
                  "--log-format=json", "--max-connections", "17", "--config", "x", "tcp/1"});
    EXPECT_EQ(read.bind, (std::vector{*IpAddress::parse("192.0.2.7"), *IpAddress::parse("::1")}));
    EXPECT_EQ(read.strictness, Strictness::strict);
    EXPECT_EQ(read.log_level, "debug");
    EXPECT_EQ(read.log_format, net::LogFormat::json);
    EXPECT_EQ(read.max_connections, 17U);
    EXPECT_EQ(read.config_file, "x");
}

TEST(CommandLineTest, WhatIsNotSaidIsEmpty) {
    const auto read = settings({});
    EXPECT_TRUE(read.ports.empty());
    EXPECT_TRUE(read.bind.empty());
    EXPECT_FALSE(read.strictness || read.log_level || read.log_format || read.max_connections ||
                 read.config_file);
}

TEST(CommandLineTest, HelpAndVersionOutweighAllElse) {
    const auto help = parse({"--help", "tcp/1"});
    EXPECT_EQ(std::get<Notice>(*help).text, help_text(program()));
    EXPECT_EQ(std::get<Notice>(*parse({"-h"})).text, help_text(program()));
    EXPECT_TRUE(std::get<Notice>(*parse({"--version"}))
                    .text.starts_with("pt-server " + std::string{version()} + "\n"));
    EXPECT_EQ(std::get<Notice>(*parse({"nonsense", "--help"})).text, help_text(program()));
}

TEST(CommandLineTest, EveryMistakeIsOneLineThatNamesTheWord) {
    struct Case {
        std::vector<const char*> words;
        const char* named;
    };
    const std::vector<Case> cases{{{"tcp/99999"}, "99999"},
                                  {{"--bogus"}, "--bogus"},
                                  {{"--bind"}, "--bind"},
                                  {{"--bind", "localhost"}, "localhost"},
                                  {{"--bind", "224.0.0.1"}, "224.0.0.1"},
                                  {{"--bind", ""}, "--bind"},
                                  {{"--log-level", "loud"}, "loud"},
                                  {{"--log-format", "xml"}, "xml"},
                                  {{"--log-level", "info", "--log-level", "warn"}, "only once"},
                                  {{"--max-connections", "0"}, "\"0\""},
                                  {{"--max-connections", "-1"}, "-1"},
                                  {{"--max-connections", "12x"}, "12x"},
                                  {{"--max-connections", "99999999999"}, "99999999999"},
                                  {{"--threads", "0"}, "\"0\""},
                                  {{"--threads", "257"}, "1 to 256"},
                                  {{"--threads", "two"}, "two"},
                                  {{"--strict=maybe"}, "--strict"},
                                  {{"--strict", "--strict"}, "strict"},
                                  {{"--config", "a", "--config", "b"}, "--config"},
                                  {{"--config", ""}, "--config"},
                                  {{"--user", ""}, "--user"},
                                  {{"--user", "a", "--user", "b"}, "only once"},
                                  {{"--lo"}, "--lo"},
                                  {{"-x"}, "-x"},
                                  {{"--=x"}, "="},
                                  {{""}, "empty"},
                                  {{"\x1b[31m\n\xff"}, "x1B"}};
    for (const auto& one : cases) {
        const auto message = complaint(one.words);
        EXPECT_TRUE(is_one_printable_line(message)) << one.words.front() << ": " << message;
        EXPECT_NE(message.find(one.named), std::string::npos) << message;
    }
}

TEST(ConfigTest, ReadsTheSameNamesAndListenLines) {
    const auto read = config(
        "# what this host shows\n"
        "listen = tcp/53,80\r\n"
        "  listen=udp/53   # both are wanted\n"
        "\n"
        "bind = 192.0.2.7\nbind = ::1\n"
        "strict = true\nlog-level = warn\nlog-format = json\nmax-connections = 9");
    EXPECT_EQ(read.ports, ports({"tcp/53,80", "udp/53"}));
    EXPECT_EQ(read.bind.size(), 2U);
    EXPECT_EQ(read.strictness, Strictness::strict);
    EXPECT_EQ(read.log_level, "warn");
    EXPECT_EQ(read.log_format, net::LogFormat::json);
    EXPECT_EQ(read.max_connections, 9U);
}

TEST(ConfigTest, NothingSaysNothing) {
    for (const auto* const text : {"", "\n\n", "# only a comment", "   \n\t\n"}) {
        EXPECT_TRUE(config(text).ports.empty());
    }
}

TEST(ConfigTest, StrictTakesTheWordsForYesAndNo) {
    for (const auto* const yes : {"true", "yes", "on", "1"}) {
        EXPECT_EQ(config(std::string{"strict = "} + yes).strictness, Strictness::strict) << yes;
    }
    for (const auto* const no : {"false", "no", "off", "0"}) {
        EXPECT_EQ(config(std::string{"strict = "} + no).strictness, Strictness::lenient) << no;
    }
}

TEST(ConfigTest, EveryMistakeNamesFileAndLine) {
    struct Case {
        const char* text;
        const char* begin;
        const char* named;
    };
    const std::vector<Case> cases{
        {"listen = tcp/1\nlisten = tcp/0x1", "pt.conf:2: ", "0x1"},
        {"\n\nlisen = tcp/1", "pt.conf:3: ", "lisen"},
        {"listen", "pt.conf:1: ", "listen"},
        {"= 3", "pt.conf:1: ", ""},
        {"[server]\nlisten = tcp/1", "pt.conf:1: ", "[server]"},
        {"config = other", "pt.conf:1: ", "config"},
        {"help = 1", "pt.conf:1: ", "help"},
        {"strict = perhaps", "pt.conf:1: ", "perhaps"},
        {"log-level = info\nlog-level = warn", "pt.conf:2: ", "only once"},
        {"bind = nowhere", "pt.conf:1: ", "nowhere"},
        {"listen = \x1b]0;x\x07", "pt.conf:1: ", "x1B"},
        {"\xff\xfd\x01 = 1", "pt.conf:1: ", "xFF"}};
    for (const auto& one : cases) {
        const auto message = config_complaint(one.text);
        EXPECT_TRUE(is_one_printable_line(message)) << message;
        EXPECT_EQ(message.rfind(one.begin, 0), 0U) << message;
        EXPECT_NE(message.find(one.named), std::string::npos) << message;
    }
}

TEST(SettleTest, PortsAddUpAndTheCommandLineOutweighsTheFile) {
    const auto settled = settle(
        settings({"tcp/1", "--bind", "192.0.2.7", "--log-level", "error"}),
        config("listen = udp/2\nbind = ::1\nlog-level = debug\nlog-format = json\nstrict = yes"));
    const auto& options = *settled;
    EXPECT_EQ(options.ports, ports({"tcp/1", "udp/2"}));
    EXPECT_EQ(options.bind, std::vector{*IpAddress::parse("192.0.2.7")});
    EXPECT_EQ(options.log_level, "error");
    EXPECT_EQ(options.log_format, net::LogFormat::json);
    EXPECT_EQ(options.strictness, Strictness::strict);
    EXPECT_EQ(options.max_connections, std::nullopt);
}

TEST(SettleTest, TheUserOfTheCommandLineOutweighsThatOfTheFile) {
    const auto file = config("user = nobody");
    EXPECT_EQ(settle(settings({"--user", "12345"}), file)->user, "12345");
    EXPECT_EQ(settle(settings({}), file)->user, "nobody");
    EXPECT_EQ(settle(settings({}), config(""))->user, std::nullopt);
}

TEST(SettleTest, WithoutPortsTheWellKnownOnes) {
    const auto settled = settle({}, {});
    EXPECT_EQ(settled->ports, ports({"tcp/22,25,53,80,110,143,443,3389", "udp/53,123"}));
}

TEST(SettleTest, AnExceptionThatTakesNothingAwayIsKnown) {
    const auto vain = [](const std::vector<const char*>& words, std::string_view file) {
        return settle(settings(words), config(file))->unmatched_except;
    };
    using Words = std::vector<std::string>;
    EXPECT_EQ(vain({"udp/1-100", "--except", "53"}, ""), (Words{"53"}));
    EXPECT_EQ(vain({"udp/1-100", "--except", "udp/53"}, ""), Words{});
    EXPECT_EQ(vain({"udp/1-100", "--except", "any/53", "--except", "90-200/udp"}, ""), Words{});
    EXPECT_EQ(vain({"--all", "--except", "53"}, "except = any/22"), Words{});
    EXPECT_EQ(vain({"--except", "tcp/22", "--except", "tcp/8080"}, "except = udp/9"),
              (Words{"tcp/8080", "udp/9"}));
    EXPECT_EQ(vain({"tcp/1"}, ""), Words{});
}

TEST(SettleTest, AnAddressTwiceIsOnce) {
    const auto settled = settle(settings({"--bind", "::1", "--bind", "::1"}), {});
    EXPECT_EQ(settled->bind.size(), 1U);
}

TEST(SettleTest, AWildcardBesideAnAddressOfItsFamilyIsAMistake) {
    for (const auto& words : {std::vector{"--bind", "0.0.0.0", "--bind", "127.0.0.1"},
                              std::vector{"--bind", "::1", "--bind", "::"}}) {
        const auto settled = settle(settings(words), {});
        ASSERT_FALSE(settled);
        const auto message = settled.error().message;
        EXPECT_NE(message.find("1\""), std::string::npos) << message;
    }
    EXPECT_TRUE(settle(settings({"--bind", "0.0.0.0", "--bind", "::1"}), {}));
}

}  // namespace
}  // namespace pt::server
