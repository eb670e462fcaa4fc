#include "client/report/repeatable.hpp"

#include <gtest/gtest.h>

#include <array>
#include <new>
#include <sstream>

namespace pt::client {
namespace {

/// Prints each word by itself, and fails once before the one of that place.
class Failing final : public Reporter {
public:
    Failing(std::ostream& out, std::size_t place) : out_{out}, place_{place} {}

    void result(const Result& result) override { out_ << result.host << '\n'; }
    void finish(const RunSummary& summary) override {
        const std::array<std::string_view, 4> words{"one ", "two ", "", "three"};
        for (std::size_t place = 0; place < words.size(); ++place) {
            if (place == place_) {
                place_ = words.size();
                throw std::bad_alloc{};
            }
            out_ << words[place];
        }
        out_ << '.' << summary.host << std::endl;
    }

private:
    std::ostream& out_;
    std::size_t place_;
};

TEST(Repeatable, WhatIsPrintedTwiceIsWrittenOnce) {
    for (std::size_t place = 0; place < 4; ++place) {
        std::ostringstream out;
        RepeatableReport report{
            out, [&](std::ostream& to) { return std::make_unique<Failing>(to, place); }};
        Result result;
        result.host = "h";
        report.result(result);
        RunSummary summary;
        summary.host = "end";
        EXPECT_THROW(report.finish(summary), std::bad_alloc) << place;
        report.finish(summary);
        EXPECT_EQ(out.str(), "h\none two three.end\n") << place;
    }
}

TEST(Repeatable, AReaderThatHasGoneIsNoticed) {
    std::ostringstream out;
    out.setstate(std::ios::badbit);
    RepeatableReport report{out,
                            [&](std::ostream& to) { return std::make_unique<Failing>(to, 9); }};
    report.finish({});
    EXPECT_FALSE(out);
}

}  // namespace
}  // namespace pt::client
