#include "client/report/markup_text.hpp"

#include <gtest/gtest.h>

#include "samples.hpp"

namespace pt::client {
namespace {

TEST(MarkupText, IsOnePlainLineWhateverItHolds) {
    for (const auto& text : {xml_text(hostile), tap_text(hostile), markdown_text(hostile),
                             markdown_code(hostile), markdown_code("``\n`" + hostile)}) {
        EXPECT_TRUE(is_plain_text(text)) << text;
        EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
}

TEST(MarkupText, XmlHasNoMarkup) {
    EXPECT_EQ(xml_text("<a b='c' d=\"e\">&amp;]]>"),
              "&lt;a b=&apos;c&apos; d=&quot;e&quot;&gt;&amp;amp;]]&gt;");
}

TEST(MarkupText, TapHasNoDirective) {
    EXPECT_EQ(tap_text("x # SKIP"), "x \\# SKIP");
    EXPECT_EQ(tap_text("x \\# SKIP"), "x \\\\\\# SKIP")
        << "a backslash of the text escapes nothing";
}

TEST(MarkupText, MarkdownHasNoMarkupAndNoLinks) {
    EXPECT_EQ(markdown_text("a|b"), "a\\|b");
    EXPECT_EQ(markdown_text("`code` *b* _i_ ~s~ #1 $m$"),
              "\\`code\\` \\*b\\* \\_i\\_ \\~s\\~ \\#1 \\$m\\$");
    EXPECT_EQ(markdown_text("<img src=x>&lt;"), "&lt;img src=x&gt;&amp;lt;");
    EXPECT_EQ(markdown_text("[x](http://e.example) WWW.e.example me@e.example"),
              "\\[x\\](http\\://e.example) WWW\\.e.example me&#64;e.example");
    // safe_text writes "\x0a", and the backslash must not escape what follows.
    EXPECT_EQ(markdown_text("a\n|b"), "a\\\\x0A\\|b");
    EXPECT_EQ(markdown_text("10.77.1.1, 2001:db8::1"), "10.77.1.1, 2001:db8::1");
}

TEST(MarkupText, ACodeSpanEndsWhereItsTextEnds) {
    EXPECT_EQ(markdown_code("pt-client h udp/53"), "`pt-client h udp/53`");
    EXPECT_EQ(markdown_code("a`b``c"), "``` a`b``c ```");
}

}  // namespace
}  // namespace pt::client
