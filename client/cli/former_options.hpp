#pragma once

#include <span>
#include <string>

namespace pt::client {

/// For the first option among these words that pt-client does not have (any more), what to type
/// now; or "".
std::string former_option_complaint(std::span<const char* const> words);

}  // namespace pt::client
