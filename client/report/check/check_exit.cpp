#include "client/report/check/check_report.hpp"

namespace pt::client {

ExitCode exit_code(const CheckedPolicy& checked, bool interrupted) {
    if (interrupted) {
        return ExitCode::interrupted;
    }
    switch (checked.test_counts.outcome()) {
        case Outcome::passed: return ExitCode::as_expected;
        case Outcome::failed: return ExitCode::not_as_expected;
        case Outcome::inconclusive: break;
    }
    return ExitCode::could_not_test;
}

}  // namespace pt::client
