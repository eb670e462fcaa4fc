#pragma once

#include <string_view>

namespace pt {

/// A text without the UTF-8 byte order mark that some editors write at its beginning (RFC 3629
/// section 6).
constexpr std::string_view without_byte_order_mark(std::string_view text) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    return text.starts_with(mark) ? text.substr(mark.size()) : text;
}

/// Whether a text begins as UTF-16 does (RFC 2781 section 3.2), in either byte order.
constexpr bool is_utf16(std::string_view text) {
    return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
}

}  // namespace pt
