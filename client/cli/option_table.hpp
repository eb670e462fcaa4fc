#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "client/cli/draft.hpp"
#include "common/options/option.hpp"

namespace pt::client {

/// Every option of a scan, in the order of --help. The command line, --help, the manual page and
/// completions all follow from it.
std::span<const Definition<Draft>> option_table();

/// Those of the other commands: some of the same, and their own.
std::span<const Definition<Draft>> check_option_table();
std::span<const Definition<Draft>> diff_option_table();
std::span<const Definition<Draft>> explain_option_table();
std::span<const Definition<Draft>> report_option_table();
std::span<const Definition<Draft>> wait_option_table();
std::span<const Definition<Draft>> watch_option_table();
std::span<const Definition<Draft>> keygen_option_table();
std::span<const Definition<Draft>> list_option_table();

/// These of the scan's, as they are there.
std::vector<Definition<Draft>> with_names(std::initializer_list<std::string_view> names);

}  // namespace pt::client
