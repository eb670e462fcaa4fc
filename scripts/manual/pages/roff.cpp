#include "scripts/manual/pages/roff.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace pt::manual {
namespace {

bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

bool is_of_capitals(std::string_view word) {
    return !word.empty() && is_capital(word.front()) &&
           std::all_of(word.begin(), word.end(), [](char c) {
               return is_capital(c) || std::string_view{":/"}.find(c) != std::string_view::npos;
           });
}

bool is_typed(std::string_view word) {
    constexpr std::array<std::string_view, 4> names{"pt-client", "pt-server", "pt-server.conf",
                                                    "--"};
    const auto name = std::min(word.find_first_not_of('-'), word.size());
    const bool is_option =
        name > 0 && name < word.size() && std::isalnum(static_cast<unsigned char>(word[name])) != 0;
    return is_option || std::find(names.begin(), names.end(), word) != names.end();
}

/// The name of a command among the words of a synopsis.
bool is_of_small_letters(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// A backslash begins an escape.
std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        result += c == '\\' ? std::string{"\\e"} : std::string{c};
    }
    return result;
}

/// `word` with the punctuation around it, styled by what it is without.
template <typename IsBold, typename IsItalic>
std::string styled_word(std::string_view word, const IsBold& is_bold, const IsItalic& is_italic) {
    const auto begin = std::min(word.find_first_not_of("([\""), word.size());
    const auto end = word.find_last_not_of(")]\".,;:") + 1;
    if (end <= begin) {
        return escaped(word);
    }
    const auto core = word.substr(begin, end - begin);
    const auto text = is_bold(core) ? bold(core) : is_italic(core) ? italic(core) : escaped(core);
    return escaped(word.substr(0, begin)) + text + escaped(word.substr(end));
}

/// Word by word; after a sentence `sentence_end` follows instead of a blank.
template <typename IsBold, typename IsItalic>
std::string styled(std::string_view text, const IsBold& is_bold, const IsItalic& is_italic,
                   char sentence_end) {
    std::string result;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        const auto word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool begins_line = result.empty() || result.back() == '\n';
        const bool like_request = word.starts_with('.') || word.starts_with('\'');
        result += begins_line && like_request ? "\\&" : "";
        result += styled_word(word, is_bold, is_italic);
        if (!text.empty()) {
            result += word.ends_with('.') && !word.ends_with("...") ? sentence_end : ' ';
        }
    }
    return result;
}

}  // namespace

std::string literal(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '\\': result += "\\e"; break;
            case '-': result += "\\-"; break;
            case '\'': result += "\\(aq"; break;
            default: result += c;
        }
    }
    return result;
}

std::string bold(std::string_view text) { return "\\fB" + literal(text) + "\\fR"; }

std::string italic(std::string_view text) { return "\\fI" + literal(text) + "\\fR"; }

std::string placeholder(std::string_view value) {
    return is_of_capitals(value) ? italic(value) : bold(value);
}

std::string prose(std::string_view paragraph, std::string_view value) {
    return styled(
               paragraph, is_typed,
               [value](std::string_view word) { return word == value && is_of_capitals(word); },
               '\n') +
           '\n';
}

std::string synopsis(std::string_view usage) {
    return styled(
        usage, [](std::string_view word) { return is_typed(word) || is_of_small_letters(word); },
        is_of_capitals, ' ');
}

}  // namespace pt::manual
