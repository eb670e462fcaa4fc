#pragma once

#include <string_view>

#include "common/options/program.hpp"

namespace pt::client {

/// What --help and the manual page of pt-client are made from.
const Program& program();

/// Whether the first word of a command line names a command.
bool is_command(std::string_view word);

}  // namespace pt::client
