#pragma once

#include <string>
#include <string_view>

namespace pt {

/// What --version prints: the first line is "pt-server 0.1.0", the further ones say what it was
/// built from and with. `features` are words, or "none".
std::string version_text(std::string_view program, std::string_view features);

}  // namespace pt
