#include "client/report/check/check_cases.hpp"

#include "client/policy/policy_values.hpp"
#include "client/report/check/check_text.hpp"

namespace pt::client {
namespace {

TestCase::Status status_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::passed: return TestCase::Status::passed;
        case Outcome::failed: return TestCase::Status::failed;
        case Outcome::inconclusive: break;
    }
    return TestCase::Status::error;
}

TestCase case_of(const CheckedExpectation& checked) {
    const Outcome outcome = checked.counts.outcome();
    return {expectation_text(checked), status_of(outcome), std::string{to_string(outcome)},
            outcome == Outcome::passed ? "" : complaints_text(checked)};
}

}  // namespace

TestRun check_cases(const CheckReport& report) {
    TestRun run{.name = "pt-client check",
                .duration = report.summary.duration,
                .started = report.summary.started,
                .interrupted = report.summary.interrupted,
                .suites = {}};
    for (const CheckedTest& test : report.checked.tests) {
        TestSuite suite{test.test->name, {}};
        for (const CheckedExpectation& checked : test.expectations) {
            suite.cases.push_back(case_of(checked));
        }
        run.suites.push_back(std::move(suite));
    }
    for (const std::string& name : report.checked.not_run) {
        run.suites.push_back(
            {name,
             {{name, TestCase::Status::skipped, "", "to be run from another place (--from)"}}});
    }
    return run;
}

}  // namespace pt::client
