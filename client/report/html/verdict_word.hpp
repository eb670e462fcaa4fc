#pragma once

#include <string>
#include <string_view>

#include "common/core/verdict.hpp"

namespace pt::client {

/// A word with a square in front of it in the colour that page.css gives to `word`: the class
/// "is-no-result" for "no result". The word says it, too, so that no colour is needed.
std::string marked_word(std::string_view word);
std::string marked_word(Verdict verdict);

}  // namespace pt::client
