#pragma once

#include "server/cli/options.hpp"

namespace pt::server {

/// Once all ports are open: gives up what the server does not need any more, capabilities, files
/// and connections of its own. What it has to keep, or the kernel cannot take, is logged.
void lock_down(const Options& options, const Settings& command_line);

}  // namespace pt::server
