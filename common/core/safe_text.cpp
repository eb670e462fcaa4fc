#include "common/core/safe_text.hpp"

#include "common/core/redact.hpp"

namespace pt {

std::string safe_text(std::string_view text, std::size_t limit) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string safe;
    for (const char character : text.substr(0, limit)) {
        const auto byte = static_cast<unsigned char>(character);
        if (character == '\\') {
            safe += "\\\\";
        } else if (byte >= 0x20 && byte < 0x7F) {
            safe += character;
        } else {
            safe += {'\\', 'x', digits[byte >> 4U], digits[byte & 0xFU]};
        }
    }
    if (text.size() > limit) {
        safe += "...";
    }
    return safe;
}

std::string safe_word(std::string_view word) {
    constexpr std::size_t max_length = 80;
    return safe_text(redacted(word), max_length);
}

std::string quote_word(std::string_view word) {
    std::string quoted = "\"";
    for (const char character : safe_word(word)) {
        quoted.append(character == '"' ? "\\" : "").append(1, character);
    }
    return quoted + '"';
}

}  // namespace pt
