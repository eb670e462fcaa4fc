#include <chrono>
#include <ostream>

#include "client/policy/policy_values.hpp"
#include "client/report/check/check_report.hpp"
#include "client/report/check/check_text.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// Printable ASCII, harmless in an attribute and between tags (XML 1.0 section 2.4).
std::string xml(const std::string& text) {
    std::string escaped;
    for (const char character : safe_text(text, text.size())) {
        switch (character) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            case '\'': escaped += "&apos;"; break;
            default: escaped += character;
        }
    }
    return escaped;
}

/// A test's cases are its expectations.
OutcomeCounts count_cases(const CheckedTest& test) {
    OutcomeCounts counts;
    for (const CheckedExpectation& checked : test.expectations) {
        counts.add(checked.counts.outcome());
    }
    return counts;
}

std::string counts_xml(const OutcomeCounts& counts, std::size_t skipped) {
    return " tests=\"" + std::to_string(counts.all() + skipped) + "\" failures=\"" +
           std::to_string(counts.failed) + "\" errors=\"" + std::to_string(counts.inconclusive) +
           "\" skipped=\"" + std::to_string(skipped) + '"';
}

void print_case(std::ostream& out, const CheckedTest& test, const CheckedExpectation& checked) {
    out << "    <testcase classname=\"" << xml(test.test->name) << "\" name=\""
        << xml(expectation_text(checked)) << "\" time=\"0\"";
    const Outcome outcome = checked.counts.outcome();
    if (outcome == Outcome::passed) {
        out << "/>\n";
        return;
    }
    const char* const tag = outcome == Outcome::failed ? "failure" : "error";
    out << ">\n      <" << tag << " type=\"" << to_string(outcome) << "\" message=\""
        << xml(complaints_text(checked)) << "\"/>\n    </testcase>\n";
}

void print_suite_begin(std::ostream& out, const std::string& name, const std::string& counts,
                       const std::string& timestamp) {
    out << "  <testsuite name=\"" << xml(name) << '"' << counts << " time=\"0\" timestamp=\""
        << timestamp << "\">\n";
}

}  // namespace

void print_check_junit(std::ostream& out, const CheckReport& report) {
    constexpr int digits = 3;
    const std::string time =
        decimal(std::chrono::duration<double>(report.summary.duration).count(), digits);
    OutcomeCounts all;
    for (const CheckedTest& test : report.checked.tests) {
        all += count_cases(test);
    }
    std::string timestamp = utc_text(report.summary.started);
    timestamp.pop_back();  // JUnit's has no zone
    const auto& not_run = report.checked.not_run;
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pt-client check\""
        << counts_xml(all, not_run.size()) << " time=\"" << time << "\">\n";
    for (const CheckedTest& test : report.checked.tests) {
        print_suite_begin(out, test.test->name, counts_xml(count_cases(test), 0), timestamp);
        for (const CheckedExpectation& checked : test.expectations) {
            print_case(out, test, checked);
        }
        out << "  </testsuite>\n";
    }
    for (const std::string& name : not_run) {
        print_suite_begin(out, name, counts_xml({}, 1), timestamp);
        out << "    <testcase classname=\"" << xml(name) << "\" name=\"" << xml(name)
            << "\" time=\"0\"><skipped message=\"to be run from another place (--from)\"/>"
               "</testcase>\n  </testsuite>\n";
    }
    out << "</testsuites>\n" << std::flush;
}

}  // namespace pt::client
