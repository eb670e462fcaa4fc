// What the table says of an option, and what the option does.
#include "server/cli/option_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "common/options/help.hpp"
#include "server/cli/help.hpp"

namespace pt::server {
namespace {

using ::testing::HasSubstr;

TEST(OptionTable, NamesAreUniqueAndSectionsTogether) {
    std::set<std::string_view> names;
    std::set<std::string_view> sections;
    std::string_view last;
    for (const auto& [option, apply] : option_table()) {
        EXPECT_TRUE(names.insert(option.name).second) << option.name;
        EXPECT_TRUE(option.section == last || sections.insert(option.section).second)
            << option.name;
        last = option.section;
    }
}

TEST(OptionTable, EveryProposedWordIsAcceptedAndAnyOtherNamesThem) {
    for (const auto& [option, apply] : option_table()) {
        for (const auto word : option.words) {
            Settings settings;
            EXPECT_EQ(apply(settings, std::string{word}), "") << option.name;
            EXPECT_THAT(apply(settings, "nonsense"), HasSubstr(std::string{word})) << option.name;
        }
    }
}

TEST(OptionTable, ASecondValueIsRefusedUnlessRepeatable) {
    for (const auto& [option, apply] : option_table()) {
        if (is_flag(option)) {
            continue;
        }
        for (const char* const value : {"tcp/7", "192.0.2.7", "9", "text", "info"}) {
            Settings settings;
            if (apply(settings, value).empty()) {
                EXPECT_EQ(apply(settings, value).empty(), option.repeatable) << option.name;
            }
        }
    }
}

TEST(OptionTable, HelpHasEveryOptionOfTheCommandLine) {
    const auto help = help_text(program());
    for (const auto& [option, apply] : option_table()) {
        if (is_allowed(option, Place::command_line)) {
            EXPECT_THAT(help, HasSubstr("\n  " + usage_of(option) + " "));
        }
    }
}

TEST(OptionTable, TheExampleOfTheConfigFileIsAccepted) {
    const auto parsed = parse_config(config_file().example, "example");
    EXPECT_TRUE(parsed) << parsed.error().message;
}

}  // namespace
}  // namespace pt::server
