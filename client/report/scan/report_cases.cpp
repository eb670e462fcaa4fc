#include <ostream>

#include "client/report/collected.hpp"
#include "client/report/scan/make_reporter.hpp"
#include "client/report/table_rows.hpp"
#include "client/report/test_run.hpp"
#include "client/result/describe.hpp"
#include "common/core/service_names.hpp"

/// A scan for CI systems: a suite for each host and address, a case for each port.
namespace pt::client {
namespace {

TestCase::Status status_of(Verdict verdict, Requirement requirement) {
    return verdict == Verdict::untested        ? TestCase::Status::error
           : as_expected(verdict, requirement) ? TestCase::Status::passed
                                               : TestCase::Status::failed;
}

TestCase case_of(const Result& result, Requirement requirement) {
    const auto& [protocol, address, port] = result.endpoint;
    const auto service = service_name(protocol, port);
    const auto status = status_of(result.conclusion.verdict, requirement);
    const std::string verdict{to_string(result.conclusion.verdict)};
    return {port_text(result.endpoint) + (service.empty() ? "" : ' ' + std::string{service}),
            status, verdict,
            status == TestCase::Status::passed
                ? ""
                : verdict + ": " + describe(result) + notes_text(result.notes)};
}

using Print = void (*)(std::ostream& out, const TestRun& run);

class CasesReport final : public CollectedReport {
public:
    CasesReport(std::ostream& out, Print print_cases, Requirement requirement, const Shown& shown)
        : CollectedReport{shown}, out_{out}, print_{print_cases}, requirement_{requirement} {}

private:
    void print(const ResultRefs& results, const RunSummary& summary) override {
        TestRun run{.name = "pt-client scan",
                    .duration = summary.duration,
                    .started = summary.started,
                    .interrupted = summary.interrupted,
                    .suites = {}};
        const Result* last = nullptr;
        for (const Result* result : results) {
            if (last == nullptr || !is_same_place(*last, *result)) {
                run.suites.push_back({place_text(*result), {}});
            }
            run.suites.back().cases.push_back(case_of(*result, requirement_));
            last = result;
        }
        print_(out_, run);
    }

    std::ostream& out_;
    Print print_;
    Requirement requirement_;
};

}  // namespace

std::unique_ptr<Reporter> make_junit_report(std::ostream& out, Requirement require,
                                            const Shown& shown) {
    return std::make_unique<CasesReport>(out, print_junit, require, shown);
}

std::unique_ptr<Reporter> make_tap_report(std::ostream& out, Requirement require,
                                          const Shown& shown) {
    return std::make_unique<CasesReport>(out, print_tap, require, shown);
}

}  // namespace pt::client
