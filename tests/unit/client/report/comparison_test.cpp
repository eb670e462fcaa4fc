#include "client/report/compare/comparison.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <sstream>

#include "common/version/version.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;

constexpr auto tcp = Protocol::tcp;

std::string printed(const Comparison& comparison, OutputFormat format) {
    std::ostringstream out;
    print_comparison(comparison, format, out, {});
    return out.str();
}

Result of(Result result, std::string host) {
    result.host = std::move(host);
    return result;
}

/// A port of every kind.
Comparison every_kind() {
    auto rejected = sample(tcp, 25, Verdict::rejected, Evidence::icmp_admin_prohibited);
    rejected.conclusion.by = address("10.77.1.1");
    const auto untested = sample(tcp, 53, Verdict::untested, Evidence::interrupted);
    const auto direction = [](Result result) {
        result.conclusion.direction = Direction::forward;
        return result;
    };
    const std::vector<Result> before{
        rejected,           open_port(tcp, 443),         open_port(tcp, 444),
        untested,           filtered_port(tcp, 80),      open_port(tcp, 22),
        open_port(tcp, 99), of(open_port(tcp, 1), "old")};
    const std::vector<Result> after{
        open_port(tcp, 25), filtered_port(tcp, 443),           filtered_port(tcp, 444),
        open_port(tcp, 53), direction(filtered_port(tcp, 80)), open_port(tcp, 22),
        open_port(tcp, 98), of(closed_port(tcp, 1), "new")};
    auto comparison = compare(before, after);
    comparison.before_name = "a.json";
    comparison.after_name = "b.json";
    return comparison;
}

TEST(ComparisonLines, OneObjectForEachChange) {
    EXPECT_EQ(
        printed(every_kind(), OutputFormat::jsonl),
        R"({"kind": "newly-open", "host": "example.com", "address": "192.0.2.7", "address_before": null, "protocol": "tcp", "first_port": 25, "last_port": 25, "service": "smtp", "ports": 1, "reachable": null, "before": {"verdict": "rejected", "evidence": "icmp-admin-prohibited", "by": "10.77.1.1", "direction": null}, "after": {"verdict": "open", "evidence": "echo", "by": null, "direction": null}, "remarks": []}
{"kind": "not-comparable", "host": "example.com", "address": "192.0.2.7", "address_before": null, "protocol": "tcp", "first_port": 53, "last_port": 53, "service": "domain", "ports": 1, "reachable": null, "before": {"verdict": "untested", "evidence": "interrupted", "by": null, "direction": null}, "after": {"verdict": "open", "evidence": "echo", "by": null, "direction": null}, "remarks": []}
{"kind": "changed", "host": "example.com", "address": "192.0.2.7", "address_before": null, "protocol": "tcp", "first_port": 80, "last_port": 80, "service": "http", "ports": 1, "reachable": null, "before": {"verdict": "filtered", "evidence": "silence", "by": null, "direction": "unknown"}, "after": {"verdict": "filtered", "evidence": "silence", "by": null, "direction": "forward"}, "remarks": ["no reply in both scans, the direction is known after only"]}
{"kind": "only-after", "host": "example.com", "address": "192.0.2.7", "address_before": null, "protocol": "tcp", "first_port": 98, "last_port": 98, "service": "tacnews", "ports": 1, "reachable": null, "before": null, "after": {"verdict": "open", "evidence": "echo", "by": null, "direction": null}, "remarks": []}
{"kind": "only-before", "host": "example.com", "address": "192.0.2.7", "address_before": null, "protocol": "tcp", "first_port": 99, "last_port": 99, "service": "metagram", "ports": 1, "reachable": null, "before": {"verdict": "open", "evidence": "echo", "by": null, "direction": null}, "after": null, "remarks": []}
{"kind": "newly-blocked", "host": "example.com", "address": "192.0.2.7", "address_before": null, "protocol": "tcp", "first_port": 443, "last_port": 444, "service": null, "ports": 2, "reachable": null, "before": {"verdict": "open", "evidence": "echo", "by": null, "direction": null}, "after": {"verdict": "filtered", "evidence": "silence", "by": null, "direction": "unknown"}, "remarks": []}
{"kind": "removed-host", "host": "old", "address": null, "address_before": null, "protocol": null, "first_port": null, "last_port": null, "service": null, "ports": 1, "reachable": 1, "before": null, "after": null, "remarks": []}
{"kind": "new-host", "host": "new", "address": null, "address_before": null, "protocol": null, "first_port": null, "last_port": null, "service": null, "ports": 1, "reachable": 0, "before": null, "after": null, "remarks": []}
)");
}

TEST(ComparisonJson, OneObject) {
    auto comparison = compare({open_port(tcp, 443)}, {open_port(tcp, 443)});
    comparison.before_name = "a\".json";
    comparison.after_name = "-";
    comparison.cut.after = true;
    comparison.remarks = {"one"};
    EXPECT_EQ(printed(comparison, OutputFormat::json),
              "{\n  \"pt\": \"" + std::string{version()} +
                  "\",\n  \"before\": \"a\\\".json\",\n  \"after\": \"-\",\n"
                  "  \"before_truncated\": false,\n  \"after_truncated\": true,\n"
                  "  \"interrupted\": false,\n  \"notes\": [\"one\"],\n"
                  "  \"address_changes\": [],\n  \"changes\": [],\n"
                  "  \"summary\": {\"hosts\": 1, \"compared\": 1, \"same\": 1, "
                  "\"untested_in_both\": 0, \"newly_open\": 0, \"newly_blocked\": 0, "
                  "\"changed\": 0, \"not_comparable\": 0, \"only_before\": 0, \"only_after\": 0, "
                  "\"removed_hosts\": 0, \"new_hosts\": 0}\n}\n");
}

TEST(ComparisonJson, HoldsTheLinesAndTheCounts) {
    const auto document = boost::json::parse(printed(every_kind(), OutputFormat::json)).as_object();
    EXPECT_EQ(document.at("changes").as_array().size(), 8U);
    const auto& summary = document.at("summary").as_object();
    EXPECT_EQ(summary.at("compared"), 5);
    EXPECT_EQ(summary.at("same"), 1);
    EXPECT_EQ(summary.at("newly_blocked"), 2);
    EXPECT_EQ(summary.at("new_hosts"), 1);
    const auto line = printed(every_kind(), OutputFormat::jsonl);
    EXPECT_EQ(document.at("changes").as_array().at(0),
              boost::json::parse(line.substr(0, line.find('\n'))));
}

TEST(ComparisonJson, AnAddressThatChanged) {
    auto moved = filtered_port(tcp, 443);
    moved.endpoint.address = address("2001:db8::7");
    const auto comparison = compare({open_port(tcp, 443)}, {moved});
    const auto json = printed(comparison, OutputFormat::json);
    EXPECT_THAT(json, HasSubstr("\"address_changes\": [{\"host\": \"example.com\", \"before\": "
                                "\"192.0.2.7\", \"after\": \"2001:db8::7\"}]"));
    EXPECT_THAT(json, HasSubstr("\"address\": \"2001:db8::7\", \"address_before\": \"192.0.2.7\""));
    EXPECT_THAT(json, HasSubstr("\"notes\": [\"example.com had another address: 192.0.2.7 before, "
                                "2001:db8::7 after\""));
    EXPECT_THAT(printed(comparison, OutputFormat::csv),
                HasSubstr(",2001:db8::7,192.0.2.7,tcp,443,443,https,1,"));
}

TEST(ComparisonCsv, OneLineForEachChange) {
    EXPECT_EQ(printed(every_kind(), OutputFormat::csv),
              "kind,host,address,address_before,protocol,first_port,last_port,service,ports,"
              "reachable,before_verdict,before_evidence,before_by,before_direction,after_verdict,"
              "after_evidence,after_by,after_direction,remarks\r\n"
              "newly-open,example.com,192.0.2.7,,tcp,25,25,smtp,1,,rejected,icmp-admin-prohibited,"
              "10.77.1.1,,open,echo,,,\r\n"
              "not-comparable,example.com,192.0.2.7,,tcp,53,53,domain,1,,untested,interrupted,,,"
              "open,echo,,,\r\n"
              "changed,example.com,192.0.2.7,,tcp,80,80,http,1,,filtered,silence,,unknown,"
              "filtered,silence,,forward,\"no reply in both scans, the direction is known after "
              "only\"\r\n"
              "only-after,example.com,192.0.2.7,,tcp,98,98,tacnews,1,,,,,,open,echo,,,\r\n"
              "only-before,example.com,192.0.2.7,,tcp,99,99,metagram,1,,open,echo,,,,,,,\r\n"
              "newly-blocked,example.com,192.0.2.7,,tcp,443,444,,2,,open,echo,,,filtered,silence,,"
              "unknown,\r\n"
              "removed-host,old,,,,,,,1,1,,,,,,,,,\r\n"
              "new-host,new,,,,,,,1,0,,,,,,,,,\r\n");
}

TEST(ComparisonCsv, NoCellIsAFormula) {
    for (const auto* host : {"=1+1", "+1", "-1", "@SUM(A1)"}) {
        const auto comparison =
            compare({of(open_port(tcp, 1), host)}, {of(closed_port(tcp, 1), host)});
        EXPECT_THAT(printed(comparison, OutputFormat::csv),
                    HasSubstr("\r\nchanged,'" + std::string{host} + ','));
    }
}

TEST(Comparison, HostileTextIsHarmlessInEveryFormat) {
    auto failed = sample(tcp, 7, Verdict::untested, Evidence::local_error);
    failed.local_reason = hostile;
    auto comparison =
        compare({of(open_port(tcp, 443), hostile), of(failed, hostile),
                 of(open_port(tcp, 1), hostile + "old")},
                {of(filtered_port(tcp, 443), hostile), of(open_port(tcp, 7), hostile)});
    comparison.before_name = comparison.after_name = hostile;
    comparison.address_changes.push_back({hostile, address("192.0.2.1"), address("192.0.2.2")});
    for (const auto format : {OutputFormat::table, OutputFormat::json, OutputFormat::jsonl}) {
        EXPECT_TRUE(is_plain_text(printed(comparison, format))) << printed(comparison, format);
    }
    auto csv = printed(comparison, OutputFormat::csv);
    std::erase(csv, '\r');
    EXPECT_TRUE(is_plain_text(csv)) << csv;
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4);
    boost::json::error_code failed_to_parse;
    boost::json::parse(printed(comparison, OutputFormat::json), failed_to_parse);
    EXPECT_FALSE(failed_to_parse);
}

TEST(Comparison, WithoutChangesJsonLinesAreEmpty) {
    const auto comparison = compare({open_port(tcp, 443)}, {open_port(tcp, 443)});
    EXPECT_EQ(printed(comparison, OutputFormat::jsonl), "");
}

}  // namespace
}  // namespace pt::client
