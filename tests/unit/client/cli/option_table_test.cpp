// What the table says of an option, and what the option does.
#include "client/cli/option_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "client/cli/help.hpp"
#include "common/core/verdict.hpp"
#include "common/options/help.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;

TEST(OptionTable, NamesAndLettersAreUnique) {
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const auto& [option, apply] : option_table()) {
        EXPECT_TRUE(names.insert(option.name).second) << option.name;
        EXPECT_TRUE(option.letter == 0 || letters.insert(option.letter).second) << option.name;
    }
}

TEST(OptionTable, OptionsOfASectionAreNeighbours) {
    std::set<std::string_view> sections;
    std::string_view last;
    for (const auto& [option, apply] : option_table()) {
        EXPECT_TRUE(option.section == last || sections.insert(option.section).second)
            << option.name;
        last = option.section;
    }
}

TEST(OptionTable, EveryProposedWordIsAccepted) {
    for (const auto& [option, apply] : option_table()) {
        for (const auto word : option.words) {
            Draft draft;
            EXPECT_EQ(apply(draft, std::string{word}), "") << option.name;
        }
    }
}

TEST(OptionTable, AnyOtherWordIsRefusedAndTheProposedOnesNamed) {
    for (const auto& [option, apply] : option_table()) {
        Draft draft;
        const auto complaint = option.words.empty() ? "" : apply(draft, "nonsense");
        for (const auto word : option.words) {
            EXPECT_THAT(complaint, HasSubstr(std::string{word})) << option.name;
        }
    }
}

TEST(OptionTable, HelpHasEveryOptionAndEveryVerdict) {
    const auto help = help_text(program());
    for (const auto& [option, apply] : option_table()) {
        EXPECT_THAT(help, HasSubstr("\n  " + usage_of(option) + " "));
    }
    for (const auto verdict : all_verdicts) {
        EXPECT_THAT(help, HasSubstr("\n  " + std::string{to_string(verdict)} + " "));
    }
}

}  // namespace
}  // namespace pt::client
