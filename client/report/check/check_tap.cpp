#include <ostream>

#include "client/policy/policy_values.hpp"
#include "client/report/check/check_report.hpp"
#include "client/report/check/check_text.hpp"
#include "client/text/json_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// "#" begins a directive.
std::string description(const std::string& text) {
    std::string escaped;
    for (const char character : safe_text(text, text.size())) {
        escaped += character == '#' ? "\\#" : std::string(1, character);
    }
    return escaped;
}

}  // namespace

void print_check_tap(std::ostream& out, const CheckReport& report) {
    std::size_t points = report.checked.not_run.size();
    for (const CheckedTest& test : report.checked.tests) {
        points += test.expectations.size();
    }
    out << "TAP version 14\n1.." << points << '\n';
    std::size_t number = 0;
    for (const CheckedTest& test : report.checked.tests) {
        for (const CheckedExpectation& checked : test.expectations) {
            const Outcome outcome = checked.counts.outcome();
            out << (outcome == Outcome::passed ? "ok " : "not ok ") << ++number << " - "
                << description(test.test->name + ": " + expectation_text(checked)) << '\n';
            if (outcome != Outcome::passed) {
                out << "  ---\n  outcome: " << to_string(outcome)
                    << "\n  message: " << json_string(complaints_text(checked)) << "\n  ...\n";
            }
        }
    }
    for (const std::string& name : report.checked.not_run) {
        out << "ok " << ++number << " - " << description(name)
            << " # SKIP to be run from another place (--from)\n";
    }
    if (report.summary.interrupted) {
        out << "Bail out! interrupted\n";
    }
    out << std::flush;
}

}  // namespace pt::client
