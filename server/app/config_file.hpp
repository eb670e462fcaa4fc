#pragma once

#include "common/core/expected.hpp"
#include "server/cli/options.hpp"

namespace pt::server {

/// What the command line asks for, with what its configuration file says, which is read anew each
/// time.
Expected<Options> read_settings(const Settings& command_line);

}  // namespace pt::server
