#include <ostream>

#include "client/report/markup_text.hpp"
#include "client/report/test_run.hpp"
#include "client/text/json_text.hpp"

namespace pt::client {
namespace {

using Status = TestCase::Status;

void print_point(std::ostream& out, std::size_t number, const TestSuite& suite,
                 const TestCase& test) {
    const bool is_ok = test.status == Status::passed || test.status == Status::skipped;
    out << (is_ok ? "ok " : "not ok ") << number << " - "
        << tap_text(test.name == suite.name ? test.name : suite.name + ": " + test.name);
    if (test.status == Status::skipped) {
        out << " # SKIP " << tap_text(test.message);
    }
    out << '\n';
    if (!is_ok) {
        out << "  ---\n  outcome: " << test.outcome << "\n  message: " << json_string(test.message)
            << "\n  ...\n";
    }
}

}  // namespace

void print_tap(std::ostream& out, const TestRun& run) {
    std::size_t points = 0;
    for (const TestSuite& suite : run.suites) {
        points += suite.cases.size();
    }
    out << "TAP version 14\n1.." << points << '\n';
    std::size_t number = 0;
    for (const TestSuite& suite : run.suites) {
        for (const TestCase& test : suite.cases) {
            print_point(out, ++number, suite, test);
        }
    }
    if (run.interrupted) {
        out << "Bail out! interrupted\n";
    }
    out << std::flush;
}

}  // namespace pt::client
