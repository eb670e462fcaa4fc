#include "client/compare/compare_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "client/report/scan/make_reporter.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr auto tcp = Protocol::tcp;

std::string lines(const std::vector<Result>& results) {
    std::ostringstream out;
    const auto report = make_json_lines_report(out);
    for (const auto& result : results) {
        report->result(result);
    }
    return out.str();
}

std::string document(const std::vector<Result>& results) {
    std::ostringstream out;
    const auto report = make_json_report(out);
    for (const auto& result : results) {
        report->result(result);
    }
    report->finish({});
    return out.str();
}

class CompareFiles : public ::testing::Test {
protected:
    CompareFiles()
        : folder_{std::filesystem::temp_directory_path() /
                  ("pt-compare-" + std::to_string(getpid()))} {
        std::filesystem::create_directories(folder_);
    }
    ~CompareFiles() override { std::filesystem::remove_all(folder_); }
    CompareFiles(const CompareFiles&) = delete;
    CompareFiles& operator=(const CompareFiles&) = delete;

    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream{path(name), std::ios::binary} << text;
        return path(name);
    }

    static Comparison compared(const std::string& before, const std::string& after) {
        auto comparison = compare_files(before, after);
        if (!comparison) {
            ADD_FAILURE() << comparison.error().message;
            return {};
        }
        return *std::move(comparison);
    }

    static std::string refused(const std::string& before, const std::string& after) {
        const auto comparison = compare_files(before, after);
        if (comparison) {
            ADD_FAILURE() << "was accepted";
            return "";
        }
        const auto error = comparison.error();
        EXPECT_TRUE(is_plain_text(error.message)) << error.message;
        EXPECT_EQ(error.message.find('\n'), std::string::npos);
        return error.message;
    }

private:
    std::filesystem::path folder_;
};

TEST_F(CompareFiles, ADocumentAndLines) {
    const auto before = file("a.json", document({open_port(tcp, 1), open_port(tcp, 2)}));
    const auto after = file("b.jsonl", lines({closed_port(tcp, 2), open_port(tcp, 1)}));
    const auto comparison = compared(before, after);
    EXPECT_EQ(comparison.before_name, before);
    EXPECT_EQ(comparison.after_name, after);
    EXPECT_EQ(comparison.compared, 2U);
    EXPECT_EQ(comparison.count(ChangeKind::changed), 1U);
    EXPECT_THAT(comparison.remarks, IsEmpty());
    EXPECT_EQ(compare_exit(compared(before, before)), CompareExit::identical);
}

TEST_F(CompareFiles, StandardInputIsOneOfTheTwo) {
    const auto other = file("a.jsonl", lines({open_port(tcp, 1)}));
    std::istringstream first{lines({filtered_port(tcp, 1)})};
    const auto opened = compare_files("-", other, first);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->count(ChangeKind::newly_open), 1U);
    std::istringstream second{lines({filtered_port(tcp, 1)})};
    const auto blocked = compare_files(other, "-", second);
    ASSERT_TRUE(blocked);
    EXPECT_EQ(blocked->count(ChangeKind::newly_blocked), 1U);
    EXPECT_THAT(refused("-", "-"), HasSubstr("not both"));
}

TEST_F(CompareFiles, ACutFileIsComparedWithARemark) {
    const auto whole = lines({open_port(tcp, 1), open_port(tcp, 2)});
    const auto before = file("a.jsonl", whole);
    const auto after = file("b.jsonl", whole.substr(0, whole.size() - 20));
    const auto comparison = compared(before, after);
    EXPECT_TRUE(comparison.cut.after);
    EXPECT_FALSE(comparison.cut.before);
    EXPECT_EQ(comparison.count(ChangeKind::not_comparable), 1U);
    EXPECT_EQ(comparison.count(ChangeKind::only_before), 0U);
    EXPECT_THAT(comparison.remarks,
                ElementsAre(after + ": lines that were cut short and do not count: 1; ports that "
                                    "are missing there are not comparable"));
    EXPECT_EQ(compare_exit(comparison), CompareExit::not_comparable);
}

TEST_F(CompareFiles, ADocumentWithoutItsEndIsCut) {
    const auto whole = document({open_port(tcp, 1), open_port(tcp, 2)});
    const auto before = file("a.json", whole.substr(0, whole.find("\n  ],")));
    const auto after = file("b.json", whole);
    const auto comparison = compared(before, after);
    EXPECT_TRUE(comparison.cut.before);
    EXPECT_THAT(comparison.remarks, ElementsAre(HasSubstr("its end is missing")));
    EXPECT_EQ(compare_exit(comparison), CompareExit::not_comparable);
}

/// Wherever the file is cut, nothing is said to be gone, new or changed.
TEST_F(CompareFiles, CutAnywhereNothingDiffers) {
    const auto whole =
        document({open_port(tcp, 1), filtered_port(tcp, 2), closed_port(Protocol::udp, 3)});
    const auto before = file("a.json", whole);
    for (std::size_t size = whole.find('\n'); size + 2 < whole.size(); size += 7) {
        const auto comparison = compare_files(before, file("b.json", whole.substr(0, size)));
        if (comparison) {
            EXPECT_EQ(compare_exit(*comparison), CompareExit::not_comparable) << size;
        }
    }
}

TEST_F(CompareFiles, ErrorsNameTheFile) {
    const auto good = file("good.jsonl", lines({open_port(tcp, 1)}));
    const auto csv = file("bad.csv", "host,address\r\n");
    EXPECT_THAT(refused(path("none"), good),
                StartsWith("\"" + path("none") + "\" cannot be read: No such file"));
    EXPECT_THAT(refused(good, path("none")), HasSubstr("none\" cannot be read"));
    EXPECT_THAT(refused(good, path("")), HasSubstr("cannot be read: Is a directory"));
    EXPECT_THAT(refused(csv, good), StartsWith(csv + " line 1: "));
    EXPECT_THAT(refused(good, csv), StartsWith(csv + " line 1: "));
    EXPECT_THAT(refused(good, csv), HasSubstr("--output jsonl"));
    EXPECT_THAT(refused(good, file("empty", "")), HasSubstr("empty holds no result"));
    EXPECT_THAT(refused(file("a\x1b[31m", "x"), good), HasSubstr("\\x1B[31m line 1"));
}

/// The output of a comparison is no scan.
TEST_F(CompareFiles, AnotherComparisonIsRefused) {
    const auto good = file("good.jsonl", lines({open_port(tcp, 1)}));
    const auto other = file("diff.jsonl", "{\"kind\": \"changed\", \"host\": \"a\"}\n");
    EXPECT_THAT(refused(good, other), HasSubstr(other + " line 1: "));
}

}  // namespace
}  // namespace pt::client
