// Commands within completions; what the shells make of them is for tests/cli/completion_test.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scripts/manual/shells/completions.hpp"
#include "tests/unit/manual/program_with_commands.hpp"

namespace pt::manual {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// From one text to the next one.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
    const auto at = text.find(begin);
    return at == std::string::npos ? "" : text.substr(at, text.find(end, at) - at);
}

TEST(BashCommands, HaveFunctionsThatTheProgramsCalls) {
    const auto text = bash_completion(program_with_commands());
    const auto check = between(text, "\n_pt_x_check() {\n", "\n}\n");
    EXPECT_THAT(check, HasSubstr("compgen -W '--colour'"));
    EXPECT_THAT(check, HasSubstr("compgen -f"));
    EXPECT_THAT(check, Not(HasSubstr("tcp/")));
    const auto wait = between(text, "\n_pt_x_wait() {\n", "\n}\n");
    EXPECT_THAT(wait, HasSubstr("compgen -W '-q --quiet --colour'"));
    EXPECT_THAT(wait, HasSubstr("tcp/"));
    EXPECT_THAT(wait, HasSubstr("_command_offset"));
    const auto own = between(text, "\n_pt_x() {\n", "\n}\n");
    EXPECT_THAT(own, HasSubstr("            check)\n"
                               "                _pt_x_check \"$cur\" \"$prev\"\n"
                               "                return\n"));
    EXPECT_THAT(own, HasSubstr("compgen -W '-q --quiet'"));
    EXPECT_THAT(own, HasSubstr("compgen -W 'scan check wait'"));
    EXPECT_THAT(own, Not(HasSubstr("_command_offset")));
}

TEST(ZshCommands, HaveFunctionsThatTheProgramsCalls) {
    const auto text = zsh_completion(program_with_commands());
    EXPECT_THAT(text, HasSubstr("        'scan:do it (default)'\n"
                                "        'check:compare what'\\''s there'\n"));
    EXPECT_THAT(text, HasSubstr("            check)\n                _pt-x-check\n"));
    const auto check = between(text, "\n_pt-x-check() {\n", "\n}\n");
    EXPECT_THAT(check, HasSubstr("--colour="));
    EXPECT_THAT(check, HasSubstr("'*: :_pt-x-check_words'"));
    const auto words = between(text, "\n_pt-x-check_words() {\n", "\n}\n");
    EXPECT_THAT(words, HasSubstr("_files"));
    EXPECT_THAT(words, Not(HasSubstr("tcp/")));
}

TEST(FishCommands, AreConditions) {
    const auto text = fish_completion(program_with_commands());
    EXPECT_THAT(text, HasSubstr("complete -c pt-x -n 'not __pt-x_first_word_in check wait' "
                                "-s q -l quiet -f -d 'say less'\n"));
    EXPECT_THAT(text, HasSubstr("complete -c pt-x -n '__pt-x_first_word_in check' "
                                "-l colour -xa 'red blue' -d 'use it'\n"));
    EXPECT_THAT(text, HasSubstr("complete -c pt-x -n '__pt-x_first_word_in check' -F\n"));
    EXPECT_THAT(text, HasSubstr("-eq 1' -a check -d 'compare what\\'s there'\n"));
    EXPECT_THAT(text, HasSubstr("-eq 1' -a scan -d 'do it (default)'\n"));
    EXPECT_THAT(text, HasSubstr("\nfunction __pt-x-wait_command\n"));
}

TEST(Completions, OfAProgramThatTakesFilesProposeThem) {
    const auto program = program_with_commands().commands.front();
    EXPECT_THAT(bash_completion(program), HasSubstr("compgen -f"));
    EXPECT_THAT(zsh_completion(program), HasSubstr("'files:file:_files'"));
    EXPECT_THAT(fish_completion(program), HasSubstr("complete -c check -F\n"));
}

}  // namespace
}  // namespace pt::manual
