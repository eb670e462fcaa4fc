#include "scripts/manual/pages/roff.hpp"

#include <gtest/gtest.h>

namespace pt::manual {
namespace {

TEST(Roff, KeepsWhatWouldBeAnEscapeOrARequest) {
    EXPECT_EQ(literal("a\\b -c 'd'"), "a\\eb \\-c \\(aqd\\(aq");
    EXPECT_EQ(prose("a\\b"), "a\\eb\n");
    EXPECT_EQ(prose(".x y"), "\\&.x y\n");
    EXPECT_EQ(prose("'x y"), "\\&'x y\n");
}

TEST(Roff, ProseStylesOptionsProgramsAndTheValue) {
    EXPECT_EQ(prose("as --bind, or \"--\", of pt-server."),
              "as \\fB\\-\\-bind\\fR, or \"\\fB\\-\\-\\fR\", of \\fBpt\\-server\\fR.\n");
    EXPECT_EQ(prose("read FILE; half-open TCP (FILE)", "FILE"),
              "read \\fIFILE\\fR; half-open TCP (\\fIFILE\\fR)\n");
    EXPECT_EQ(prose("expect an echo", "echo"), "expect an echo\n");
    EXPECT_EQ(prose("a - b -> c"), "a - b -> c\n");
}

TEST(Roff, EachSentenceBeginsALine) {
    EXPECT_EQ(prose("One. Two: x... three."), "One.\nTwo: x... three.\n");
    EXPECT_EQ(prose("One. .two"), "One.\n\\&.two\n");
}

TEST(Roff, SynopsisTakesCapitalsForPlaceholders) {
    EXPECT_EQ(synopsis("pt-client [--host HOST]... TCP://X:Y"),
              "\\fBpt\\-client\\fR [\\fB\\-\\-host\\fR \\fIHOST\\fR]... \\fITCP://X:Y\\fR");
    EXPECT_EQ(synopsis("pt-client check [FILE]"),
              "\\fBpt\\-client\\fR \\fBcheck\\fR [\\fIFILE\\fR]");
    EXPECT_EQ(placeholder("FILE"), "\\fIFILE\\fR");
    EXPECT_EQ(placeholder("echo"), "\\fBecho\\fR");
}

}  // namespace
}  // namespace pt::manual
