#pragma once

#include <iosfwd>
#include <optional>

#include "client/cli/diff_options.hpp"
#include "client/options/targets.hpp"
#include "client/report/exit_code.hpp"
#include "client/report/progress.hpp"
#include "client/report/report.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// `pt-client diff`: compares the saved results of two scans.
Expected<ExitCode> run_diff(const DiffOptions& options, std::ostream& out, std::ostream& errors,
                            Style style);

/// `pt-client ... --baseline FILE`: scans, and compares what it finds with the file, which is read
/// before anything is probed.
Expected<ExitCode> run_against_baseline(const Options& options, Targets targets, std::ostream& out,
                                        std::ostream& errors, Style style,
                                        std::optional<Progress> progress);

}  // namespace pt::client
