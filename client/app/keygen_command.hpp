#pragma once

#include <iosfwd>

#include "client/cli/keygen_options.hpp"
#include "client/report/exit_code.hpp"

namespace pt::client {

/// `pt-client keygen`: writes a new key to a new file, and prints its id.
ExitCode run_keygen(const KeygenOptions& options, std::ostream& out, std::ostream& errors);

}  // namespace pt::client
