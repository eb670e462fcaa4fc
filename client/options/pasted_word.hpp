#pragma once

#include <string>
#include <string_view>

/// What to type in place of a word that was pasted from another program (see
/// common/core/pasted_target.hpp). Printable ASCII, and no user's name or password.
namespace pt::client {

/// "pt-client db tcp/5432"; "" where the word is not understood.
std::string meant_command(std::string_view word);

/// "tcp://db:5432", several with blanks between; "" where the word is not understood.
std::string meant_targets(std::string_view word);

}  // namespace pt::client
