#pragma once

#include <string>
#include <string_view>

namespace pt::client {

/// Any bytes as text of an HTML document: between tags, in a quoted attribute, and in SVG within
/// it. The only place that escapes: all that is no markup of ours passes through it. Printable
/// ASCII stays but for & < > " '; a line feed stays; every other byte becomes "\xNN", as in
/// `safe_text`, so that neither encodings nor control and bidirectional characters matter.
std::string html(std::string_view text);

}  // namespace pt::client
