#pragma once

#include "client/cli/scan_options.hpp"
#include "client/options/options.hpp"
#include "common/options/program.hpp"

/// The command line of `pt-client list`.
namespace pt::client {

/// What --help and the manual page of the command are made from.
const Program& list_program();

/// Reads what stands behind "list": a scan that lists, too. Never throws on what a person types.
ParsedOptions parse_list_options(int argc, const char* const argv[]);

}  // namespace pt::client
