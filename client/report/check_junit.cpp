#include <chrono>
#include <ostream>

#include "client/policy/policy_values.hpp"
#include "client/report/check_report.hpp"
#include "client/report/check_text.hpp"
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

/// What a test has: a case for each of its groups of ports.
OutcomeCounts count_cases(const CheckedTest& test) {
    OutcomeCounts counts;
    for (const CheckedPorts& ports : test.ports) {
        counts.add(ports.judgement.outcome);
    }
    return counts;
}

std::string counts_xml(const OutcomeCounts& counts) {
    return " tests=\"" + std::to_string(counts.all()) + "\" failures=\"" +
           std::to_string(counts.failed) + "\" errors=\"" + std::to_string(counts.inconclusive) +
           '"';
}

void print_case(std::ostream& out, const CheckedTest& test, const CheckedPorts& ports) {
    out << "    <testcase classname=\"" << xml(test.test->name) << "\" name=\""
        << xml(place_text(ports) + " is " + describe(*ports.wanted)) << "\" time=\"0\"";
    if (ports.judgement.outcome == Outcome::passed) {
        out << "/>\n";
        return;
    }
    const char* const tag = ports.judgement.outcome == Outcome::failed ? "failure" : "error";
    out << ">\n      <" << tag << " type=\"" << to_string(ports.judgement.outcome)
        << "\" message=\"" << xml(finding_text(ports)) << "\"/>\n    </testcase>\n";
}

}  // namespace

void print_check_junit(std::ostream& out, const CheckReport& report) {
    constexpr int digits = 3;
    const std::string time =
        decimal(std::chrono::duration<double>(report.summary.duration).count(), digits);
    OutcomeCounts all;
    for (const CheckedTest& test : report.checked.tests) {
        const auto counts = count_cases(test);
        all.add(Outcome::passed, counts.passed);
        all.add(Outcome::failed, counts.failed);
        all.add(Outcome::inconclusive, counts.inconclusive);
    }
    std::string timestamp = utc_text(report.summary.started);
    timestamp.pop_back();  // JUnit's has no zone
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pt-client check\""
        << counts_xml(all) << " time=\"" << time << "\">\n";
    for (const CheckedTest& test : report.checked.tests) {
        out << "  <testsuite name=\"" << xml(test.test->name) << '"'
            << counts_xml(count_cases(test)) << " skipped=\"0\" time=\"0\" timestamp=\""
            << timestamp << "\">\n";
        for (const CheckedPorts& ports : test.ports) {
            print_case(out, test, ports);
        }
        out << "  </testsuite>\n";
    }
    out << "</testsuites>\n" << std::flush;
}

}  // namespace pt::client
