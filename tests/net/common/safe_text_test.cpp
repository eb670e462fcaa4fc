// What others control, made safe for terminals and logs.
#include "common/core/safe_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace pt::net {
namespace {

TEST(SafeTextTest, PrintableAsciiStaysAndAllElseIsSpelt) {
    EXPECT_EQ(safe_text("host-1.example"), "host-1.example");
    EXPECT_EQ(safe_text("a\\b"), "a\\\\b");
    EXPECT_EQ(safe_text("\x1b[31mred"), "\\x1B[31mred");
    EXPECT_EQ(safe_text("one\r\ntwo\ttab"), "one\\x0D\\x0Atwo\\x09tab");
    EXPECT_EQ(safe_text("\xe2\x80\xae"), "\\xE2\\x80\\xAE");  // right-to-left override
    EXPECT_EQ(safe_text("\xff\x7f"), "\\xFF\\x7F");
    EXPECT_EQ(safe_text(std::string_view{"\0", 1}), "\\x00");
    EXPECT_EQ(safe_text(""), "");
}

TEST(SafeTextTest, EveryByteIsOneLineOfPrintableAscii) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
    }
    const auto safe = safe_text(all);
    EXPECT_TRUE(std::all_of(safe.begin(), safe.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

TEST(SafeTextTest, LongTextIsCut) {
    EXPECT_EQ(safe_text("abcdef", 6), "abcdef");
    EXPECT_EQ(safe_text("abcdefg", 6), "abcdef...");
    EXPECT_EQ(safe_text("\n\n\n", 2), "\\x0A\\x0A...");
    EXPECT_LT(safe_text(std::string(65'536, '\x1b')).size(), 1'100U);
}

TEST(QuoteWord, IsShortAndPrintableAndHoldsNoPassword) {
    EXPECT_EQ(quote_word("abc"), "\"abc\"");
    EXPECT_EQ(quote_word("a\x1b\n"), "\"a\\x1B\\x0A\"");
    EXPECT_EQ(quote_word("https://user:secret@host/"), "\"https://...@host/\"");
    EXPECT_LT(quote_word(std::string(10'000, 'x')).size(), 100U);
}

}  // namespace
}  // namespace pt::net
