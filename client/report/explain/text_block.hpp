#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/core/endpoint.hpp"

/// Lines of at most `line_width` bytes: paragraphs, lists and commands of the explanations. Pure.
namespace pt::client {

inline constexpr std::size_t line_width = 80;

/// A heading line, or a paragraph without one: words wrapped, every line indented. A word that is
/// longer than a line is broken. Ends with a newline; "" for an empty text.
std::string paragraph(std::string_view text, std::size_t indent = 2);

/// "term  text", the text wrapped in a column of its own that begins at `column`.
std::string list_item(std::string_view term, std::string_view text, std::size_t indent,
                      std::size_t column);

/// A shell command to be copied: a line that is too long continues after " \" at a blank outside
/// of quotes. A single word is never broken.
std::string command_lines(std::string_view command, std::size_t indent = 4);

/// "443".
std::string number_of(Port port);

/// A host as typed, harmless and at most 64 bytes long.
std::string short_host(std::string_view host);

}  // namespace pt::client
