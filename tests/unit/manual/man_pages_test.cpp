// What the pages of a program and its commands hold; what groff makes of them is for
// tests/cli/manual_test.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "scripts/manual/pages/man_page.hpp"
#include "tests/unit/manual/program_with_commands.hpp"

namespace pt::manual {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

const std::array others{PageName{"pt-y", '1'}, PageName{"pt-y.conf", '5'}};

TEST(ManPages, EachCommandButTheDefaultOneHasOne) {
    EXPECT_THAT(man_pages(program_with_commands(), others),
                UnorderedElementsAre(Key("pt-x.1"), Key("pt-x-check.1"), Key("pt-x-wait.1")));
}

TEST(ManPages, ThatOfTheProgramListsItsCommands) {
    const auto page = man_pages(program_with_commands(), others).at("pt-x.1");
    EXPECT_THAT(page, HasSubstr("Does it.\n"
                                ".SH COMMANDS\n"
                                ".TP\n\\fBscan\\fR\ndo it (default)\n"
                                ".TP\n\\fBcheck\\fR\ncompare what's there; see\n"
                                ".BR pt\\-x\\-check (1)\n"
                                ".TP\n\\fBwait\\fR\nwait for it; see\n"
                                ".BR pt\\-x\\-wait (1)\n"
                                ".SH OPTIONS\n"));
    EXPECT_THAT(page, HasSubstr(".SH EXAMPLES\nAt first.\n"));
    EXPECT_THAT(page, EndsWith(".SH SEE ALSO\n"
                               ".BR pt\\-x\\-check (1),\n.BR pt\\-x\\-wait (1),\n"
                               ".BR pt\\-y (1),\n.BR pt\\-y.conf (5)\n"));
}

TEST(ManPages, ThatOfACommandHasItsFullName) {
    const auto pages = man_pages(program_with_commands(), others);
    const auto& page = pages.at("pt-x-check.1");
    EXPECT_THAT(page, HasSubstr("\n.TH PT\\-X\\-CHECK 1 "));
    EXPECT_THAT(page, HasSubstr("\n.SH NAME\npt\\-x\\-check \\- compare what's there\n"));
    EXPECT_THAT(page, HasSubstr("\\-\\-colour"));
    EXPECT_THAT(page, Not(HasSubstr("\\-\\-quiet")));
    EXPECT_THAT(page, Not(HasSubstr(".SH COMMANDS")));
    EXPECT_THAT(page, Not(HasSubstr(".SH EXAMPLES")));
    EXPECT_THAT(page, EndsWith(".SH SEE ALSO\n.BR pt\\-x (1),\n.BR pt\\-y (1),\n"
                               ".BR pt\\-y.conf (5)\n"));
    EXPECT_THAT(pages.at("pt-x-wait.1"),
                HasSubstr(".SH EXAMPLES\n.TP\n\\fBpt\\-x wait tcp/1\\fR\none\n"));
}

TEST(ManPages, WithoutCommandsThereIsOne) {
    auto program = program_with_commands();
    program.commands.clear();
    const auto pages = man_pages(program, others);
    ASSERT_EQ(pages.size(), 1U);
    EXPECT_THAT(pages.at("pt-x.1"), Not(HasSubstr(".SH COMMANDS")));
    EXPECT_THAT(pages.at("pt-x.1"),
                EndsWith(".SH SEE ALSO\n.BR pt\\-y (1),\n.BR pt\\-y.conf (5)\n"));
}

}  // namespace
}  // namespace pt::manual
