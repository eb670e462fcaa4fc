#pragma once

#include <string>

/// Texts inside of the markup of reports, whatever a name or a note holds. Printable ASCII, one
/// line.
namespace pt::client {

/// Harmless in an attribute and between tags (XML 1.0 section 2.4).
std::string xml_text(const std::string& text);

/// The description of a test point (TAP 14): "#" would begin a directive, "\\" escapes.
std::string tap_text(const std::string& text);

/// As plain text in a paragraph or in a cell of a table (GitHub Flavored Markdown): no markup, no
/// HTML, no links.
std::string markdown_text(const std::string& text);

/// As a code span; not in a table, where "|" has no escape within code.
std::string markdown_code(const std::string& text);

}  // namespace pt::client
