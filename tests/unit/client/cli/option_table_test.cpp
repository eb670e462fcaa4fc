// What the table says of an option, and what the option does.
#include "client/cli/option_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "client/cli/diff_options.hpp"
#include "client/cli/help.hpp"
#include "client/cli/keygen_options.hpp"
#include "client/cli/list_options.hpp"
#include "common/core/verdict.hpp"
#include "common/options/help.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;

/// A program or command and its options.
struct Call {
    const Program& program;
    std::span<const Definition<Draft>> table;
};

std::array<Call, 6> calls() {
    return {{{program(), option_table()},
             {check_program(), check_option_table()},
             {diff_program(), diff_option_table()},
             {wait_program(), wait_option_table()},
             {list_program(), list_option_table()},
             {keygen_program(), keygen_option_table()}}};
}

TEST(OptionTable, NamesAndLettersAreUnique) {
    for (const auto& call : calls()) {
        std::set<std::string_view> names;
        std::set<char> letters;
        for (const auto& [option, apply] : call.table) {
            EXPECT_TRUE(names.insert(option.name).second) << option.name;
            EXPECT_TRUE(option.letter == 0 || letters.insert(option.letter).second) << option.name;
        }
    }
}

TEST(OptionTable, OptionsOfASectionAreNeighbours) {
    for (const auto& call : calls()) {
        std::set<std::string_view> sections;
        std::string_view last;
        for (const auto& [option, apply] : call.table) {
            EXPECT_TRUE(option.section == last || sections.insert(option.section).second)
                << option.name;
            last = option.section;
        }
    }
}

TEST(OptionTable, EveryProposedWordIsAccepted) {
    for (const auto& call : calls()) {
        for (const auto& [option, apply] : call.table) {
            for (const auto word : option.words) {
                Draft draft;
                EXPECT_EQ(apply(draft, std::string{word}), "") << option.name;
            }
        }
    }
}

TEST(OptionTable, AnyOtherWordIsRefusedAndTheProposedOnesNamed) {
    for (const auto& call : calls()) {
        for (const auto& [option, apply] : call.table) {
            Draft draft;
            const auto complaint = option.words.empty() ? "" : apply(draft, "nonsense");
            for (const auto word : option.words) {
                EXPECT_THAT(complaint, HasSubstr(std::string{word})) << option.name;
            }
        }
    }
}

TEST(OptionTable, HelpHasEveryOptionAndEveryVerdict) {
    for (const auto& call : calls()) {
        for (const auto& [option, apply] : call.table) {
            EXPECT_THAT(help_text(call.program), HasSubstr("\n  " + usage_of(option) + " "));
        }
    }
    const auto help = help_text(program());
    for (const auto verdict : all_verdicts) {
        EXPECT_THAT(help, HasSubstr("\n  " + std::string{to_string(verdict)} + " "));
    }
}

}  // namespace
}  // namespace pt::client
