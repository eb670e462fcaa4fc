#include "client/report/markup_text.hpp"

#include <algorithm>
#include <string_view>

#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// Most texts of a report are safe already: their backslashes are not doubled once more.
std::string all_safe(const std::string& text) {
    const bool is_safe =
        std::all_of(text.begin(), text.end(), [](char byte) { return byte >= ' ' && byte <= '~'; });
    return is_safe ? text : safe_text(text, text.size());
}

/// The longest run of backticks.
std::size_t longest_run(const std::string& text) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char character : text) {
        run = character == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    return longest;
}

/// GFM makes links of these by itself (sections 6.9 and on): "http://", "www.", "a@b.example".
std::string without_links(std::string text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::string_view rest = std::string_view{text}.substr(at);
        if (rest.starts_with("://")) {
            text.insert(at++, 1, '\\');
        } else if (rest.size() > 3 && rest[3] == '.' &&
                   std::all_of(rest.begin(), rest.begin() + 3,
                               [](char letter) { return letter == 'w' || letter == 'W'; })) {
            text.insert(at + 3, 1, '\\');
        }
    }
    return text;
}

}  // namespace

std::string xml_text(const std::string& text) {
    std::string escaped;
    for (const char character : all_safe(text)) {
        switch (character) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '"': escaped += "&quot;"; break;
            case '\'': escaped += "&apos;"; break;
            default: escaped += character;
        }
    }
    return escaped;
}

std::string tap_text(const std::string& text) {
    std::string escaped;
    for (const char character : all_safe(text)) {
        escaped.append(character == '#' || character == '\\' ? 1 : 0, '\\');
        escaped += character;
    }
    return escaped;
}

std::string markdown_text(const std::string& text) {
    constexpr std::string_view special = "\\`*_[]|#~$";
    std::string escaped;
    for (const char character : all_safe(text)) {
        switch (character) {
            case '&': escaped += "&amp;"; break;
            case '<': escaped += "&lt;"; break;
            case '>': escaped += "&gt;"; break;
            case '@': escaped += "&#64;"; break;
            default:
                escaped.append(special.find(character) == std::string_view::npos ? 0 : 1, '\\');
                escaped += character;
        }
    }
    return without_links(std::move(escaped));
}

std::string markdown_code(const std::string& text) {
    const auto safe = all_safe(text);
    const std::string fence(longest_run(safe) + 1, '`');
    // A blank at both ends is taken away; it keeps a backtick of the text from the fence.
    const std::string blank = fence.size() > 1 ? " " : "";
    return fence + blank + safe + blank + fence;
}

}  // namespace pt::client
