#include <gtest/gtest.h>

#include "client/report/explain/text_block.hpp"

namespace pt::client {
namespace {

TEST(TextBlock, ParagraphsWrapAndBreakWordsThatAreTooLong) {
    const std::string word(77, 'a');
    EXPECT_EQ(paragraph("b " + word + " c", 2), "  b\n  " + word + "\n  c\n");
    EXPECT_EQ(paragraph(std::string(100, 'a'), 2),
              "  " + std::string(78, 'a') + "\n  " + std::string(22, 'a') + '\n');
    EXPECT_EQ(paragraph(" \n\t", 2), "");
    EXPECT_EQ(paragraph("", 2), "");
}

TEST(TextBlock, ListItemsKeepTheirColumn) {
    EXPECT_EQ(list_item("a", "text", 2, 6), "  a   text\n");
    EXPECT_EQ(list_item("longer", "text", 2, 6), "  longer text\n");
}

TEST(TextBlock, CommandsContinueOutsideOfQuotes) {
    const std::string part(40, 'a');
    EXPECT_EQ(command_lines("nft " + part + ' ' + part, 4),
              "    nft " + part + " \\\n      " + part + '\n');
    const auto quoted = '\'' + part + ' ' + part + '\'';
    EXPECT_EQ(command_lines("ss " + quoted, 4), "    ss \\\n      " + quoted + '\n');
}

TEST(TextBlock, HostsAreShort) {
    EXPECT_EQ(short_host("example.com"), "example.com");
    EXPECT_EQ(short_host(std::string(200, 'a')).size(), 64U);
    EXPECT_EQ(short_host("a\x1b"), "a\\x1B");
}

}  // namespace
}  // namespace pt::client
