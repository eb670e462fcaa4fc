#pragma once

#include <string>

namespace pt::client {

/// What --help prints: the ways to call pt-client by example, every option, the exit codes.
std::string help_text();

/// "pt-client 0.1.0".
std::string version_text();

}  // namespace pt::client
