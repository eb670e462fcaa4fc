// Quoting; what the shells make of it is for tests/cli/completion_test.py.
#include "scripts/manual/shells/completions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pt::manual {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Program program{
    .name = "pt-x",
    .purpose = "",
    .description = "",
    .usage = {},
    .examples_note = "",
    .examples = {},
    .options = {{.name = "file",
                 .value = "FILE",
                 .section = "",
                 .help = "the host's [own] one",
                 .kind = ValueKind::file},
                {.name = "add", .value = "N", .section = "", .help = "more", .repeatable = true},
                {.name = "quiet", .letter = 'q', .section = "", .help = "back\\slash"},
                {.name = "listen",
                 .value = "SPEC",
                 .section = "",
                 .help = "",
                 .place = Place::config_file}},
    .chapters = {}};

TEST(BashCompletion, HasAFunctionThatBashAccepts) {
    const auto text = bash_completion(program);
    EXPECT_THAT(text, HasSubstr("\n_pt_x() {\n"));
    EXPECT_THAT(text, HasSubstr("'--file --add -q --quiet'"));
    EXPECT_THAT(text, HasSubstr("        --file)\n            compopt -o filenames"));
}

TEST(ZshCompletion, QuotesForTheShellAndForArguments) {
    const auto text = zsh_completion(program);
    EXPECT_THAT(text, HasSubstr(R"('--file=[the host'\''s \[own\] one]:FILE:_files' \)"));
    EXPECT_THAT(text, HasSubstr("'*--add=[more]:N: ' \\"));
    EXPECT_THAT(text, HasSubstr(R"('(-q --quiet)'{-q,--quiet}'[back\\slash]' \)"));
}

TEST(FishCompletion, QuotesForTheShell) {
    const auto text = fish_completion(program);
    EXPECT_THAT(text, HasSubstr(R"(complete -c pt-x -l file -rF -d 'the host\'s [own] one')"));
    EXPECT_THAT(text, HasSubstr(R"(complete -c pt-x -s q -l quiet -f -d 'back\\slash')"));
}

TEST(Completions, LeaveOutWhatOnlyAFileMayHave) {
    for (const auto& text :
         {bash_completion(program), zsh_completion(program), fish_completion(program)}) {
        EXPECT_THAT(text, Not(HasSubstr("listen")));
    }
}

}  // namespace
}  // namespace pt::manual
