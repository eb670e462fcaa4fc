#include "client/cli/list_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/cli/command_line.hpp"
#include "common/core/port_spec.hpp"
#include "common/options/help.hpp"
#include "parse_words.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Options accepted(std::vector<std::string> words) {
    return test::accepted(std::move(words), parse_list_options);
}

std::string refused(std::vector<std::string> words) {
    return test::refused(std::move(words), parse_list_options);
}

TEST(ListOptions, WithoutASpecThePortsAreAGuess) {
    const auto options = accepted({"example.com"});
    EXPECT_TRUE(options.list);
    EXPECT_TRUE(options.any_port);
    EXPECT_THAT(options.hosts, ElementsAre("example.com"));
    EXPECT_EQ(options.ports.to_string(), well_known_ports().to_string());
    EXPECT_EQ(options.output, OutputFormat::table);
    EXPECT_TRUE(accepted({"--host", "a", "--host", "b"}).any_port);
}

TEST(ListOptions, PortsAreAskedOverThatAreNamed) {
    const auto options = accepted({"example.com", "tcp/443", "--output", "json", "-4"});
    EXPECT_TRUE(options.list);
    EXPECT_FALSE(options.any_port);
    EXPECT_EQ(options.ports.to_string(), "tcp/443");
    EXPECT_EQ(options.output, OutputFormat::json);
    EXPECT_EQ(options.family, net::AddressFamily::v4);
    EXPECT_FALSE(test::accepted({"example.com", "tcp/443"}).list);
}

TEST(ListOptions, AnErrorNamesTheWordAndWhatIsAllowed) {
    EXPECT_THAT(refused({}), HasSubstr("no host given; usage: pt-client list HOST [SPEC...]"));
    EXPECT_THAT(refused({"tcp/443"}), HasSubstr("a host is required here"));
    for (const auto* format : {"csv", "jsonl", "policy"}) {
        EXPECT_THAT(refused({"h", "--output", format}), HasSubstr("table and json are allowed"));
    }
    EXPECT_THAT(refused({"h", "--list"}), HasSubstr("pt-client list HOST"));
    EXPECT_THAT(refused({"h", "--explain"}), HasSubstr("unknown option \"--explain\""));
    EXPECT_THAT(refused({"::1", "-4"}), HasSubstr("\"::1\" is an IPv6 address"));
}

TEST(ListOptions, AreReadOnlyWhereTheFirstWordIsTheCommand) {
    const auto parse = [](std::vector<std::string> words) {
        return *test::parse(std::move(words), parse_command_line);
    };
    EXPECT_TRUE(std::get<Options>(parse({"list", "h"})).list);
    const auto scan = parse({"scan", "list", "tcp/80"});
    EXPECT_FALSE(std::get<Options>(scan).list);
    EXPECT_THAT(std::get<Options>(scan).hosts, ElementsAre("list"));
    EXPECT_EQ(std::get<Notice>(parse({"list", "-h"})).text, help_text(list_program()));
}

}  // namespace
}  // namespace pt::client
