#include "client/json_text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

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

}  // namespace

std::string json_string(std::string_view text) {
    std::string out = "\"";
    for (std::size_t at = 0; at < text.size();) {
        const auto [code_point, length] = decode_utf8(text, at);
        const bool plain = code_point >= ' ' && code_point < 0x7F;
        if (code_point == '"' || code_point == '\\') {
            out += '\\';
            out += text[at];
        } else if (plain) {
            out += text[at];
        } else {
            append_escaped(out, code_point);
        }
        at += length;
    }
    return out + '"';
}

std::string json_string_or_null(const std::optional<std::string>& text) {
    return text ? json_string(*text) : "null";
}

JsonObject& JsonObject::add(std::string_view key, std::string_view json) {
    if (text_.size() > 1) {
        text_ += ", ";
    }
    text_ += json_string(key);
    text_ += ": ";
    text_ += json;
    return *this;
}

}  // namespace pt::client
