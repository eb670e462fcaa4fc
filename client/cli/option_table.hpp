#pragma once

#include <span>

#include "client/cli/draft.hpp"
#include "common/options/option.hpp"

namespace pt::client {

/// Every option of pt-client, in the order of --help. The command line, --help, the manual page and
/// completions all follow from it.
std::span<const Definition<Draft>> option_table();

/// Those of `pt-client check`: some of the same, and its own.
std::span<const Definition<Draft>> check_option_table();
std::span<const Definition<Draft>> diff_option_table();

}  // namespace pt::client
