#pragma once

#include <span>
#include <string>
#include <string_view>

#include "common/options/option.hpp"
#include "server/cli/options.hpp"

namespace pt::server {

/// Every option of pt-server, in the order of --help, and every setting of its configuration file.
/// The parsers, --help, the manual pages and completions all follow from it.
std::span<const Definition<Settings>> option_table();

/// Takes one value of the option `name`. A complaint that names the word and what is allowed, or
/// "".
std::string apply_option(Settings& settings, std::string_view name, const std::string& value);

}  // namespace pt::server
