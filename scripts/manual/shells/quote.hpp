#pragma once

#include <string>
#include <string_view>

namespace pt::manual {

/// Each of `marks` with a backslash before it.
inline std::string with_backslash(std::string_view text, std::string_view marks) {
    std::string result;
    for (const char c : text) {
        if (marks.find(c) != std::string_view::npos) {
            result += '\\';
        }
        result += c;
    }
    return result;
}

/// With blanks between.
template <typename Words>
std::string joined(const Words& words) {
    std::string text;
    for (const auto& word : words) {
        text.append(text.empty() ? "" : " ").append(word);
    }
    return text;
}

}  // namespace pt::manual
