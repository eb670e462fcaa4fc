#include <chrono>
#include <ostream>

#include "client/policy/policy_values.hpp"
#include "client/report/check/check_report.hpp"
#include "client/result/describe.hpp"
#include "client/text/json_text.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"
#include "common/version/version.hpp"

namespace pt::client {
namespace {

std::string counts_json(const OutcomeCounts& counts) {
    return JsonObject{}
        .number("passed", counts.passed)
        .number("failed", counts.failed)
        .number("inconclusive", counts.inconclusive)
        .end();
}

std::string texts_json(const std::vector<std::string>& texts) {
    std::string list;
    for (const std::string& text : texts) {
        list += (list.empty() ? "" : ", ") + json_string(text);
    }
    return '[' + list + ']';
}

std::string ports_json(const CheckedExpectation& checked, const CheckedPorts& ports) {
    JsonObject object;
    object.text("host", checked.host->host)
        .text("name", checked.host->name)
        .text("protocol", to_string(ports.ports.protocol))
        .number("first_port", to_number(ports.ports.first))
        .number("last_port", to_number(ports.ports.last))
        .text("expected", describe(checked.expectation->wanted))
        .text("outcome", to_string(ports.judgement.outcome))
        .text_or_null("reason", ports.judgement.reason);
    if (ports.result == nullptr) {
        return object.json("address", "null")
            .json("verdict", "null")
            .json("evidence", "null")
            .json("by", "null")
            .json("direction", "null")
            .json("found", "null")
            .end();
    }
    const Result& result = *ports.result;
    const auto& [verdict, evidence, by, direction] = result.conclusion;
    const IpAddress& address = result.endpoint.address;
    return object.text_or_null("address", address.is_unspecified() ? "" : address.to_string())
        .text("verdict", to_string(verdict))
        .text("evidence", to_string(evidence))
        .text_or_null("by", by)
        .text_or_null("direction", direction ? to_string(*direction) : std::string_view{})
        .text("found", describe(result))
        .end();
}

void print_test(std::ostream& out, const CheckedTest& test) {
    out << "\n    {\"name\": " << json_string(test.test->name)
        << ", \"from\": " << (test.test->from.empty() ? "null" : json_string(test.test->from))
        << ", \"outcome\": " << json_string(to_string(test.counts.outcome()))
        << ", \"counts\": " << counts_json(test.counts) << ", \"ports\": [";
    const char* separator = "";
    for (const CheckedExpectation& checked : test.expectations) {
        for (const CheckedPorts& ports : checked.ports) {
            out << separator << "\n      " << ports_json(checked, ports);
            separator = ",";
        }
    }
    out << "]}";
}

}  // namespace

void print_check_json(std::ostream& out, const CheckReport& report) {
    constexpr int duration_digits = 3;
    const auto duration = report.summary.duration.value_or(Nanoseconds{});
    out << "{\n  \"pt\": " << json_string(version())
        << ",\n  \"policy\": " << (report.policy.empty() ? "null" : json_string(report.policy))
        << ",\n  \"started\": "
        << json_string(
               utc_text(report.summary.started.value_or(std::chrono::system_clock::time_point{})))
        << ",\n  \"duration_s\": " << decimal(seconds(duration), duration_digits)
        << ",\n  \"interrupted\": " << (report.summary.interrupted ? "true" : "false")
        << ",\n  \"not_run\": " << texts_json(report.checked.not_run)
        << ",\n  \"notes\": " << texts_json(report.summary.notes) << ",\n  \"tests\": [";
    const char* separator = "";
    for (const CheckedTest& test : report.checked.tests) {
        out << separator;
        print_test(out, test);
        separator = ",";
    }
    out << "\n  ],\n  \"summary\": "
        << JsonObject{}
               .json("tests", counts_json(report.checked.test_counts))
               .json("ports", counts_json(report.checked.counts))
               .end()
        << "\n}\n"
        << std::flush;
}

}  // namespace pt::client
