#pragma once

#include <variant>

#include "server/cli/options.hpp"

namespace pt::server {

/// What the command line asks for, with what its configuration file says, which is read anew each
/// time.
std::variant<Options, UsageError> read_settings(const Settings& command_line);

}  // namespace pt::server
