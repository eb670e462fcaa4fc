#pragma once

#include <iosfwd>
#include <optional>

#include "client/cli/check_options.hpp"
#include "client/report/exit_code.hpp"
#include "client/report/progress.hpp"
#include "client/report/report.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// `pt-client check`: reads a policy, probes what it names, and prints whether its expectations
/// are met. An error in the policy ends it before anything is probed.
Expected<ExitCode> run_check(const CheckOptions& options, std::ostream& out, std::ostream& errors,
                             Style style, std::optional<Progress> progress);

}  // namespace pt::client
