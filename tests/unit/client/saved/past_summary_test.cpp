#include "client/saved/past_summary.hpp"

#include <gtest/gtest.h>

#include "client/text/time_text.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

PastSummary read(std::initializer_list<const char*> lines) {
    PastSummary past;
    for (const std::string_view line : lines) {
        if (line == "result") {
            past.take_result();
        } else {
            past.take_line(line);
        }
    }
    return past;
}

TEST(PastSummary, IsWhatStandsAroundTheResults) {
    const auto past = read({"{", "\"started\": \"2026-11-23T00:00:00Z\",", "\"duration_s\": 1.500,",
                            "\"server_instance\": \"0000000000001234\",", "\"interrupted\": true,",
                            "\"notes\": [\"a\", \"b\"],", "\"manifests\": [],", "\"results\": [",
                            "result", "],", "\"summary\": {\"open\": 1, \"closed\": 4}", "}"});
    const auto& summary = past.summary();
    ASSERT_TRUE(summary.started);
    EXPECT_EQ(utc_text(*summary.started), "2026-11-23T00:00:00Z");
    EXPECT_EQ(summary.duration, Nanoseconds{1500ms});
    EXPECT_EQ(summary.server_instance, 0x1234U);
    EXPECT_TRUE(summary.interrupted);
    EXPECT_EQ(summary.notes, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(past.results(), 5U);
}

TEST(PastSummary, OfSeveralScansIsEmpty) {
    const char* const started = "\"started\": \"2026-11-23T00:00:00Z\",";
    EXPECT_TRUE(read({"{", started, "result", "}"}).summary().started);
    EXPECT_FALSE(read({"{", started, "result", "}", "{", started, "}"}).summary().started);
    EXPECT_FALSE(read({"{", started, "result", "}", "result"}).summary().started);
    EXPECT_FALSE(read({"result", "{", started, "result", "}"}).summary().started);
}

TEST(PastSummary, LeavesOutWhatNoReportWrites) {
    const auto past =
        read({"{", "\"started\": 5,", "\"duration_s\": -1,", "\"interrupted\": \"no\",",
              "\"notes\": [5],", "\"summary\": {\"open\": -1}", "}"});
    EXPECT_FALSE(past.summary().started);
    EXPECT_FALSE(past.summary().duration);
    EXPECT_FALSE(past.summary().interrupted);
    EXPECT_TRUE(past.summary().notes.empty());
    EXPECT_FALSE(past.results());
    EXPECT_FALSE(read({"{", "\"duration_s\": 1e300,", "}"}).summary().duration);
    EXPECT_FALSE(read({"{", "\"started\": \"2026-11-23T00:00:00Z", "}"}).summary().started);
}

TEST(UtcText, IsReadBackExactly) {
    const std::chrono::system_clock::time_point time{1'795'392'000'007ms};
    EXPECT_EQ(utc_text_ms(time), "2026-11-23T00:00:00.007Z");
    EXPECT_EQ(parse_utc_text(utc_text_ms(time)), time);
    EXPECT_EQ(parse_utc_text(utc_text(time)), time - 7ms);
    for (const auto* text :
         {"", "2026-11-23", "2026-13-23T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-23T24:00:00Z",
          "2026-11-23T00:00:00+01", "1969-11-23T00:00:00Z", "2026-11-23T00:00:00.7Z",
          "2026-11-23 00:00:00.007Z"}) {
        EXPECT_FALSE(parse_utc_text(text)) << text;
    }
}

}  // namespace
}  // namespace pt::client
