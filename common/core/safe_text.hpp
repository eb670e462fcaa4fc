#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pt {

/// Text that a peer, DNS or a file controls, made safe for a terminal and for one log line:
/// printable ASCII stays, every other byte becomes "\xNN", a backslash "\\"; cut after `limit`
/// bytes of input with "...".
std::string safe_text(std::string_view text, std::size_t limit = 256);

/// A word of a command line or a file for a message: `redacted`, safe for a terminal, cut if long.
std::string safe_word(std::string_view word);

/// The same in double quotes; those in it have a backslash before them. Not named `quoted`: where
/// the argument is of namespace std, that is std::quoted as well.
std::string quote_word(std::string_view word);

}  // namespace pt
