#include "client/report/html/html_text.hpp"

namespace pt::client {

std::string html(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string escaped;
    escaped.reserve(text.size());
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        switch (character) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            case '\'': escaped += "&#39;"; break;
            case '\n': escaped += '\n'; break;
            default:
                if (byte >= 0x20 && byte < 0x7F) {
                    escaped += character;
                } else {
                    escaped += {'\\', 'x', digits[byte >> 4U], digits[byte & 0xFU]};
                }
        }
    }
    return escaped;
}

}  // namespace pt::client
