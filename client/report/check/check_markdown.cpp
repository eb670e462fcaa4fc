#include <ostream>

#include "client/policy/policy_values.hpp"
#include "client/report/check/check_report.hpp"
#include "client/report/check/check_text.hpp"
#include "client/report/markup_text.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

/// More would be no table to read, and a step summary of GitHub takes 1 MiB.
constexpr std::size_t max_complaints = 1000;

std::string bold_if(Outcome outcome) {
    const std::string word{to_string(outcome)};
    return outcome == Outcome::passed ? word : "**" + word + "**";
}

}  // namespace

void print_check_markdown(std::ostream& out, const CheckReport& report) {
    const CheckedPolicy& checked = report.checked;
    out << "**" << check_counts_text(report) << "**\n\n| Result | Test |\n|---|---|\n";
    std::size_t count = 0;
    for (const CheckedTest& test : checked.tests) {
        out << "| " << bold_if(test.counts.outcome()) << " | " << markdown_text(test.test->name)
            << " |\n";
    }
    for (const std::string& name : checked.not_run) {
        out << "| not run: to be run from another place (--from) | " << markdown_text(name)
            << " |\n";
    }
    for (const CheckedTest& test : checked.tests) {
        for (const CheckedExpectation& expectation : test.expectations) {
            for (const auto& [outcome, place, text] : complaints(expectation)) {
                if (count++ == 0) {
                    out << "\n| Result | Test | Ports | Reason |\n|---|---|---|---|\n";
                }
                if (count <= max_complaints) {
                    out << "| " << bold_if(outcome) << " | " << markdown_text(test.test->name)
                        << " | " << markdown_text(place) << " | " << markdown_text(text) << " |\n";
                }
            }
        }
    }
    if (count > max_complaints) {
        out << '\n'
            << counted(count - max_complaints, "more line") << " with --output json or junit\n";
    }
    if (!report.summary.notes.empty()) {
        out << '\n';
    }
    for (const std::string& note : report.summary.notes) {
        out << "- Note: " << markdown_text(note) << '\n';
    }
    out << std::flush;
}

}  // namespace pt::client
