#pragma once

#include <variant>

#include "client/options/options.hpp"
#include "common/core/expected.hpp"
#include "common/options/help.hpp"

namespace pt::client {

using ParsedOptions = Expected<std::variant<Options, Notice>>;

/// Reads the command line of a scan; `argv[0]` is not looked at. Opens no file, asks no resolver,
/// prints nothing, and never throws on what a person types.
ParsedOptions parse_options(int argc, const char* const argv[]);

}  // namespace pt::client
