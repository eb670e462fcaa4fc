#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "client/report/scan/make_reporter.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// The lines below the header.
std::string csv(const Result& result) {
    std::ostringstream out;
    const auto report = make_csv_report(out);
    report->result(result);
    report->finish({});
    const auto text = out.str();
    return text.substr(text.find("\r\n") + 2);
}

TEST(Csv, HeaderAndLine) {
    std::ostringstream out;
    const auto report = make_csv_report(out);
    auto result = open_port(Protocol::tcp, 443);
    result.rtt = rtt_of({200us, 400us});
    result.frames_sent = 2;
    result.notes = {"one", "two"};
    result.concluded_at = std::chrono::system_clock::time_point{1'795'747'728'742ms};
    report->result(result);
    report->finish({});
    EXPECT_EQ(out.str(),
              "host,address,protocol,port,service,verdict,evidence,by,direction,error,attempts,"
              "rtt_min_ms,rtt_avg_ms,rtt_max_ms,rtt_stddev_ms,frames_sent,frames_lost,local,"
              "seen_source,seen_destination,notes,time,reason\r\n"
              "example.com,192.0.2.7,tcp,443,https,open,echo,,,,1,0.200000,0.300000,0.400000,"
              "0.100000,2,0,198.51.100.4:52123,198.51.100.4:52123,192.0.2.7:443,one; two,"
              "2026-11-27T02:48:48.742Z,echo received\r\n");
}

TEST(Csv, WhatIsNotKnownIsEmpty) {
    Result result;
    result.host = "h";
    result.conclusion = {Verdict::untested, Evidence::local_error, std::nullopt, std::nullopt};
    result.local_reason = "why";
    result.endpoint.port = Port{4};
    EXPECT_EQ(csv(result), "h,,tcp,4,,untested,local-error,,,why,0,,,,,0,0,,,,,,why\r\n");
}

TEST(Csv, QuotesWhatNeedsQuotes) {
    auto result = open_port(Protocol::tcp, 443);
    result.notes = {"a, \"b\""};
    EXPECT_THAT(csv(result), HasSubstr(",\"a, \"\"b\"\"\","));
}

TEST(Csv, NoCellIsAFormula) {
    for (const auto* start : {"=1+1", "+1", "-1", "@SUM(A1)"}) {
        auto result = open_port(Protocol::tcp, 443);
        result.host = start;
        EXPECT_THAT(csv(result), ::testing::StartsWith("'" + std::string{start} + ","));
        result.host = std::string{start} + ",";
        EXPECT_THAT(csv(result), ::testing::StartsWith("\"'" + std::string{start} + ",\""));
    }
}

TEST(Csv, HostileTextIsOneAsciiLine) {
    auto result = open_port(Protocol::tcp, 443);
    result.host = hostile;
    result.notes = {hostile, "\t=1"};
    auto text = csv(result);
    ASSERT_GE(text.size(), 2U);
    EXPECT_EQ(text.substr(text.size() - 2), "\r\n");
    text.resize(text.size() - 2);
    EXPECT_TRUE(is_plain_text(text)) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos);
}

}  // namespace
}  // namespace pt::client
