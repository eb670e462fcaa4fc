#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pt::net {

/// Text that a peer, DNS or a file controls, made safe for a terminal and for one log line:
/// printable ASCII stays, every other byte becomes "\xNN", a backslash "\\"; cut after `limit`
/// bytes of input with "...".
std::string safe_text(std::string_view text, std::size_t limit = 256);

}  // namespace pt::net
