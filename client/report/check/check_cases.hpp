#pragma once

#include "client/report/check/check_report.hpp"
#include "client/report/test_run.hpp"

namespace pt::client {

/// A suite for each test, a case for each expectation of a host, whatever is found. Inconclusive is
/// an error: no failure, no pass.
TestRun check_cases(const CheckReport& report);

}  // namespace pt::client
