#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "client/cli/draft.hpp"
#include "common/core/expected.hpp"
#include "common/options/help.hpp"

namespace pt::client {

/// Reads a command line of pt-client or of one of its commands, which has the options of `table`:
/// applies each to the draft and collects the other words; `argv[0]` is not looked at. A text to
/// print if one is asked for.
Expected<std::optional<Notice>> read_options(int argc, const char* const argv[],
                                             const Program& program,
                                             std::span<const Definition<Draft>> table, Draft& draft,
                                             std::vector<std::string>& words);

}  // namespace pt::client
