#include "client/report/html/html_text.hpp"

#include <gtest/gtest.h>

#include <random>

#include "client/report/html/port_ranges.hpp"
#include "client/report/html/verdict_word.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

/// What a browser makes of it.
std::string read_back(std::string text) {
    const std::pair<const char*, const char*> entities[] = {
        {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}, {"&amp;", "&"}};
    for (const auto& [entity, character] : entities) {
        for (auto at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1)) {
            text.replace(at, std::string{entity}.size(), character);
        }
    }
    return text;
}

TEST(HtmlText, EscapesMarkupAndBytes) {
    EXPECT_EQ(html("tcp/443 a\\b\n"), "tcp/443 a\\b\n");
    EXPECT_EQ(html("<a href=\"x\">'&amp;"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;");
    EXPECT_EQ(html("\x1b[31m\xe2\x80\xae\xff\t\x7f"), "\\x1B[31m\\xE2\\x80\\xAE\\xFF\\x09\\x7F");
    EXPECT_EQ(html(std::string_view{"a\0b", 3}), "a\\x00b");
    EXPECT_EQ(html(""), "");
}

TEST(HtmlText, RandomBytesNeverLeaveTheText) {
    std::mt19937 random{7};
    const std::string likely = "<>&\"';/-!scriptamp#39x\\";
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes;
        for (auto left = random() % 40; left > 0; --left) {
            bytes += random() % 2 == 0 ? likely[random() % likely.size()]
                                       : static_cast<char>(random() % 256);
        }
        const auto escaped = html(bytes);
        EXPECT_EQ(escaped.find_first_of("<>\"'"), std::string::npos);
        EXPECT_TRUE(is_plain_text(escaped));
        std::string expected;
        for (const char character : bytes) {
            const std::string one{character};
            expected += is_plain_text(one) ? one : html(one);
        }
        EXPECT_EQ(read_back(escaped), expected);
    }
}

TEST(HtmlText, EachAmpersandBeginsAnEntityOfOurs) {
    const auto escaped = html("&&lt;&#x3c;&");
    EXPECT_EQ(escaped, "&amp;&amp;lt;&amp;#x3c;&amp;");
}

TEST(HtmlText, MarkedWordsHaveTheirClass) {
    EXPECT_EQ(marked_word(Verdict::open), "<span class=\"mark is-open\">open</span>");
    EXPECT_EQ(marked_word("no result"), "<span class=\"mark is-no-result\">no result</span>");
}

TEST(HtmlText, RangesBreakBehindCommas) {
    PortSet ports;
    ports.insert(Protocol::tcp, Port{1}, Port{3});
    ports.insert(Protocol::tcp, Port{9});
    ports.insert(Protocol::udp, Port{53});
    EXPECT_EQ(ranges_html(ports), "tcp/1-3,<wbr>9 <wbr>udp/53");
    EXPECT_EQ(ranges_html(ports, 2),
              "tcp/1-3,<wbr>9 and 1 more range: --output csv or json names every port");
    EXPECT_EQ(ranges_html({}), "");
}

}  // namespace
}  // namespace pt::client
