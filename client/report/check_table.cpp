#include <ostream>

#include "client/policy/policy_values.hpp"
#include "client/report/check_report.hpp"
#include "client/report/check_text.hpp"
#include "client/report/table_rows.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

std::string_view colour_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed: return "32";
        case Outcome::failed: return "31";
        case Outcome::inconclusive: return "33";
    }
    return "";
}

/// "passed        ", as wide as the longest.
std::string outcome_cell(Style style, Outcome outcome) {
    const auto word = to_string(outcome);
    return painted(style, colour_of(outcome), std::string{word}) +
           std::string(to_string(Outcome::inconclusive).size() - word.size() + 2, ' ');
}

std::string counts_text(const OutcomeCounts& counts) {
    return grouped_number(counts.passed) + " passed, " + grouped_number(counts.failed) +
           " failed, " + grouped_number(counts.inconclusive) + " inconclusive";
}

void print_complaints(std::ostream& out, const CheckedExpectation& checked) {
    for (const CheckedPorts& ports : checked.ports) {
        if (ports.judgement.outcome != Outcome::passed) {
            out << "  " << to_string(ports.judgement.outcome) << ": "
                << place_text(*checked.host, ports) << ": "
                << finding_text(checked.expectation->wanted, ports) << '\n';
        }
    }
}

}  // namespace

void print_check_table(std::ostream& out, Style style, const CheckReport& report) {
    const CheckedPolicy& checked = report.checked;
    for (const CheckedTest& test : checked.tests) {
        out << outcome_cell(style, test.counts.outcome()) << safe_text(test.test->name) << '\n';
        for (const CheckedExpectation& expectation : test.expectations) {
            print_complaints(out, expectation);
        }
    }
    out << '\n'
        << counted(checked.test_counts.all(), "test") << ": " << counts_text(checked.test_counts)
        << "; " << counted(checked.counts.all(), "port") << ": " << counts_text(checked.counts)
        << "; " << duration_text(report.summary.duration)
        << (report.summary.interrupted ? "; interrupted" : "") << '\n';
    for (const std::string& note : report.summary.notes) {
        out << "Note: " << safe_text(note) << '\n';
    }
    for (const std::string& name : checked.not_run) {
        out << "Note: not run, as it is to be run from another place (--from): " << safe_text(name)
            << '\n';
    }
    out << std::flush;
}

}  // namespace pt::client
