// What an option says of itself, and how texts are laid out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "common/options/commands.hpp"
#include "common/options/help.hpp"
#include "common/options/option.hpp"
#include "common/options/wrap.hpp"

namespace pt {
namespace {

using ::testing::HasSubstr;

Option option(std::string_view name, std::string_view value = {}, char letter = 0,
              Place place = Place::command_line) {
    return {
        .name = name, .letter = letter, .value = value, .section = "", .help = "", .place = place};
}

std::string_view summary(std::string_view help) {
    return summary_of({.name = "x", .section = "", .help = help});
}

TEST(Wrap, FillsLinesAndIndentsAllButTheFirst) {
    EXPECT_EQ(wrap("one two three", 2, 9), "one two\n  three\n");
    EXPECT_EQ(wrap("one two three", 2, 10), "one two\n  three\n");
    EXPECT_EQ(wrap("one two three", 0, 13), "one two three\n");
    EXPECT_EQ(wrap("", 4, 10), "\n");
}

TEST(Wrap, LeavesAWordWholeThatIsLongerThanALine) {
    EXPECT_EQ(wrap("a abcdefgh b", 2, 6), "a\n  abcdefgh\n  b\n");
}

TEST(Option, UsageHasLetterNameAndValue) {
    EXPECT_EQ(usage_of(option("help", "", 'h')), "-h, --help");
    EXPECT_EQ(usage_of(option("config", "FILE")), "--config FILE");
}

TEST(Option, SummaryIsTheFirstClauseOfTheHelp) {
    EXPECT_EQ(summary("make N attempts (16)"), "make N attempts");
    EXPECT_EQ(summary("add a host; more"), "add a host");
    EXPECT_EQ(summary("what to do: a or b"), "what to do");
    EXPECT_EQ(summary("end. Of it: all"), "end");
    EXPECT_EQ(summary("all"), "all");
}

TEST(Option, IsAllowedWhereItsPlaceSays) {
    const auto both = option("x", "", 0, Place::both);
    const auto file = option("x", "", 0, Place::config_file);
    EXPECT_TRUE(is_allowed(both, Place::command_line) && is_allowed(both, Place::config_file));
    EXPECT_TRUE(!is_allowed(file, Place::command_line) && is_allowed(file, Place::config_file));
}

TEST(Option, SyntaxGivesAFlagAValueInAFileAlone) {
    const std::array options{option("strict", "", 's', Place::both), option("help")};
    const auto line = syntax_of(options, Place::command_line);
    EXPECT_EQ(line.options().size(), 2U);
    EXPECT_EQ(line.find("strict", false).semantic()->max_tokens(), 0U);
    EXPECT_EQ(line.find("-s", false, false, true).long_name(), "strict");
    const auto file = syntax_of(options, Place::config_file);
    EXPECT_EQ(file.options().size(), 1U);
    EXPECT_EQ(file.find("strict", false).semantic()->max_tokens(), 1U);
}

TEST(Help, ListsSectionsInOneColumn) {
    const Program program{
        .name = "pt",
        .purpose = "do it",
        .description = "Does it.",
        .usage = {"pt [SPEC]..."},
        .examples_note = "to learn",
        .examples = {{"pt a", "first"},
                     {"pt a word that is followed by many others, too many", "second"},
                     {"pt b", ""}},
        .options = {{.name = "all", .section = "Ports", .help = "take all"},
                    {.name = "listen", .section = "Ports", .help = "", .place = Place::config_file},
                    {.name = "threads", .value = "N", .section = "Service", .help = "use N"}},
        .chapters = {{.title = "Exit status", .text = "No more.", .rows = {{"0", "good"}}},
                     {.title = "Untitled", .text = "Alone."},
                     {.title = "Elsewhere", .text = "Not here.", .in_help = false}}};
    EXPECT_EQ(help_text(program),
              "Does it.\n"
              "\nUsage:\n  pt [SPEC]...\n"
              "\nExamples (to learn):\n"
              "  pt a  first\n"
              "  pt a word that is followed by many others, too many\n        second\n"
              "  pt b\n"
              "\nPorts:\n  --all        take all\n"
              "\nService:\n  --threads N  use N\n"
              "\nExit status:\n  0  good\nNo more.\n"
              "\nAlone.\n");
}

Program with_commands() {
    Program program{.name = "pt",
                    .purpose = "do it",
                    .description = "Does it.",
                    .usage = {"pt [COMMAND] [SPEC]..."},
                    .examples_note = "to learn",
                    .examples = {{"pt a", "first"}},
                    .options = {{.name = "all", .section = "Ports", .help = "take all"}},
                    .chapters = {}};
    Program check{.name = "check",
                  .purpose = "compare with a file",
                  .description = "Compares.",
                  .usage = {"pt check FILE", "pt check --all"},
                  .examples_note = "",
                  .examples = {},
                  .options = {{.name = "strict", .section = "Files", .help = "be strict"}},
                  .chapters = {}};
    program.commands = {check};
    program.default_command = "scan";
    return program;
}

TEST(Help, ListsCommandsAfterTheUsage) {
    EXPECT_EQ(help_text(with_commands()),
              "Does it.\n"
              "\nUsage:\n  pt [COMMAND] [SPEC]...\n"
              "\nCommands:\n"
              "  scan   do it (default)\n"
              "  check  compare with a file\n"
              "\"pt help COMMAND\" explains a command.\n"
              "\nExamples (to learn):\n  pt a  first\n"
              "\nPorts:\n  --all  take all\n");
}

TEST(Help, OfACommandIsThatOfAProgram) {
    EXPECT_EQ(help_text(with_commands().commands.front()),
              "Compares.\n"
              "\nUsage:\n  pt check FILE\n  pt check --all\n"
              "\nFiles:\n  --strict  be strict\n");
}

TEST(Help, HasExamplesWithoutANote) {
    auto command = with_commands().commands.front();
    command.examples = {{"pt check a", "one"}};
    EXPECT_THAT(help_text(command), HasSubstr("\n\nExamples:\n  pt check a  one\n\nFiles:\n"));
}

TEST(Commands, DefaultOneIsListedFirstIfThereIsOne) {
    auto program = with_commands();
    ASSERT_EQ(command_rows(program).size(), 2U);
    EXPECT_EQ(command_rows(program).front().text, "do it (default)");
    program.default_command = {};
    ASSERT_EQ(command_rows(program).size(), 1U);
    EXPECT_EQ(command_rows(program).front().name, "check");
    program.commands.clear();
    program.default_command = "scan";
    EXPECT_TRUE(command_rows(program).empty());
}

TEST(Commands, FullNameHasThatOfTheProgram) {
    EXPECT_EQ(full_name(with_commands(), "check"), "pt-check");
}

}  // namespace
}  // namespace pt
