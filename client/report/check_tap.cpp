#include <ostream>

#include "client/policy/policy_values.hpp"
#include "client/report/check_report.hpp"
#include "client/report/check_text.hpp"
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
    std::size_t points = 0;
    for (const CheckedTest& test : report.checked.tests) {
        points += test.ports.size();
    }
    out << "TAP version 14\n1.." << points << '\n';
    std::size_t number = 0;
    for (const CheckedTest& test : report.checked.tests) {
        for (const CheckedPorts& ports : test.ports) {
            const Outcome outcome = ports.judgement.outcome;
            out << (outcome == Outcome::passed ? "ok " : "not ok ") << ++number << " - "
                << description(test.test->name + ": " + place_text(ports) + " is " +
                               describe(*ports.wanted))
                << '\n';
            if (outcome != Outcome::passed) {
                out << "  ---\n  outcome: " << to_string(outcome)
                    << "\n  message: " << json_string(finding_text(ports)) << "\n  ...\n";
            }
        }
    }
    if (report.summary.interrupted) {
        out << "Bail out! interrupted\n";
    }
    out << std::flush;
}

}  // namespace pt::client
