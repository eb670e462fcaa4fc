#include "client/text/json_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <utility>

namespace pt::client {
namespace {

constexpr char32_t replacement = 0xFFFD;

struct Decoded {
    char32_t code_point = replacement;
    std::size_t length = 1;
};

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

/// One code point of UTF-8 (RFC 3629): no overlong forms, no surrogates, none above 10FFFF.
Decoded decode_utf8(std::string_view text, std::size_t at) {
    struct Form {
        unsigned char mask, lead;
        std::size_t length;
        char32_t least;
    };
    constexpr std::array<Form, 4> forms{{{0x80, 0x00, 1, 0x0},
                                         {0xE0, 0xC0, 2, 0x80},
                                         {0xF0, 0xE0, 3, 0x800},
                                         {0xF8, 0xF0, 4, 0x10000}}};
    constexpr unsigned tail_bits = 6;
    const unsigned char lead = byte_at(text, at);
    for (const auto& form : forms) {
        if ((lead & form.mask) != form.lead) {
            continue;
        }
        if (text.size() - at < form.length) {
            return {};
        }
        char32_t code_point = lead & static_cast<unsigned char>(~form.mask);
        for (std::size_t i = 1; i < form.length; ++i) {
            const unsigned char tail = byte_at(text, at + i);
            if ((tail & 0xC0U) != 0x80U) {
                return {};
            }
            code_point = code_point << tail_bits | (tail & 0x3FU);
        }
        const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
        if (code_point < form.least || code_point > 0x10FFFF || surrogate) {
            return {};
        }
        return {code_point, form.length};
    }
    return {};
}

void append_unit(std::string& out, std::uint32_t unit) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += "\\u";
    for (const unsigned shift : {12U, 8U, 4U, 0U}) {
        out += digits[unit >> shift & 0xFU];
    }
}

bool is_plain(char character) {
    return character >= ' ' && character < 0x7F && character != '"' && character != '\\';
}

void append_escaped(std::string& out, char32_t code_point) {
    constexpr char32_t first_astral = 0x10000;
    if (code_point < first_astral) {
        append_unit(out, code_point);
        return;
    }
    const char32_t rest = code_point - first_astral;
    append_unit(out, 0xD800U + (rest >> 10U));
    append_unit(out, 0xDC00U + (rest & 0x3FFU));
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const auto rest = text.substr(at);
        const auto plain = static_cast<std::size_t>(
            std::find_if_not(rest.begin(), rest.end(), is_plain) - rest.begin());
        out += rest.substr(0, plain);
        at += plain;
        if (at == text.size()) {
            break;
        }
        const auto [code_point, length] = decode_utf8(text, at);
        if (code_point == '"' || code_point == '\\') {
            out += '\\';
            out += text[at];
        } else {
            append_escaped(out, code_point);
        }
        at += length;
    }
    out += '"';
}

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    out.append(digits.data(), end);
}

}  // namespace

std::string json_string(std::string_view text) {
    std::string out;
    append_quoted(out, text);
    return out;
}

JsonObject::JsonObject() {
    constexpr std::size_t usual_size = 768;
    text_.reserve(usual_size);
    text_ = '{';
}

std::string& JsonObject::begin(std::string_view key) {
    text_ += text_.size() > 1 ? ", \"" : "\"";
    text_ += key;
    text_ += "\": ";
    return text_;
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value) {
    append_quoted(begin(key), value);
    return *this;
}

JsonObject& JsonObject::number(std::string_view key, std::uint64_t value) {
    append_number(begin(key), value);
    return *this;
}

JsonObject& JsonObject::json(std::string_view key, std::string_view value) {
    begin(key) += value;
    return *this;
}

JsonObject& JsonObject::text_or_null(std::string_view key, std::string_view value) {
    return value.empty() ? json(key, "null") : text(key, value);
}

JsonObject& JsonObject::number_or_null(std::string_view key, std::optional<std::uint64_t> value) {
    return value ? number(key, *value) : json(key, "null");
}

std::string JsonObject::end() {
    text_ += '}';
    return std::move(text_);
}

}  // namespace pt::client
