#pragma once

#include <boost/program_options/parsers.hpp>
#include <span>
#include <string>
#include <vector>

#include "client/cli/draft.hpp"
#include "common/options/option.hpp"

namespace pt::client {

/// Applies every option to the draft and collects the other words. A complaint, or "".
std::string apply_options(const boost::program_options::parsed_options& parsed,
                          std::span<const Definition<Draft>> table, Draft& draft,
                          std::vector<std::string>& words);

}  // namespace pt::client
