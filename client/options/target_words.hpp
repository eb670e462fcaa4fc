#pragma once

#include <string>
#include <vector>

#include "client/options/options.hpp"

namespace pt::client {

/// Hosts, port specs and whole targets from the words that are no options; the options are known
/// already. `call` is for messages: "pt-client", "pt-client wait". A complaint, or "".
std::string take_target_words(const std::vector<std::string>& words, const std::string& call,
                              Options& options);

}  // namespace pt::client
