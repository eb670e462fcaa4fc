#pragma once

#include <iosfwd>

#include "client/cli/report_options.hpp"
#include "client/report/exit_code.hpp"
#include "client/report/report.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// `pt-client report`: reads the file and prints its results, in further files as well. An error is
/// a file that cannot be read or written.
Expected<ExitCode> run_report(const SavedReportOptions& options, std::ostream& out,
                              std::ostream& errors, Style style);

}  // namespace pt::client
