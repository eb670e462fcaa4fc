#include "client/options/output_format.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

TEST(OutputFormat, FollowsFromTheSuffix) {
    EXPECT_EQ(format_of_file(ReportOf::scan, "a.b/run.json"), OutputFormat::json);
    EXPECT_EQ(format_of_file(ReportOf::scan, "run.jsonl"), OutputFormat::jsonl);
    EXPECT_EQ(format_of_file(ReportOf::scan, "run.json.md"), OutputFormat::markdown);
    EXPECT_EQ(format_of_file(ReportOf::scan, "run.yaml"), OutputFormat::policy);
    for (const auto* name : {"run", "run.", ".md", "x/.md", "run.md/x", "run.MD", ""}) {
        EXPECT_FALSE(format_of_file(ReportOf::scan, name)) << name;
    }
}

TEST(OutputFormat, DependsOnWhatIsReported) {
    EXPECT_FALSE(format_of_file(ReportOf::comparison, "x.xml"));
    EXPECT_FALSE(parse_format(ReportOf::check, "csv"));
    EXPECT_EQ(parse_format(ReportOf::check, "junit"), OutputFormat::junit);
    EXPECT_EQ(allowed_formats(ReportOf::list), "table and json are allowed");
    EXPECT_EQ(allowed_suffixes(ReportOf::check), ".txt, .json, .md, .html, .xml, .tap");
}

TEST(OutputFormat, EveryWordIsAFormatOfItsOwn) {
    for (const auto word : format_words(ReportOf::scan)) {
        EXPECT_TRUE(parse_format(ReportOf::scan, word)) << word;
    }
}

}  // namespace
}  // namespace pt::client
