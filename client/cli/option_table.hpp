#pragma once

#include <span>

#include "client/cli/draft.hpp"
#include "common/options/option.hpp"

namespace pt::client {

/// Every option of pt-client, in the order of --help. The command line, --help, the manual page and
/// completions all follow from it.
std::span<const Definition<Draft>> option_table();

}  // namespace pt::client
