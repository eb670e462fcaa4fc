#pragma once

#include <string>
#include <string_view>

/// Text for manual pages, in the man macros of groff(7) that mandoc(1) knows, too.
namespace pt::manual {

/// As it stands, with minus signs that can be copied to a shell.
std::string literal(std::string_view text);
std::string bold(std::string_view text);
std::string italic(std::string_view text);

/// The value that an option takes: what stands for something is italic, what is typed is bold.
std::string placeholder(std::string_view value);

/// A paragraph: a new line for each sentence, options and our programs in bold, `value` in italics.
/// Ends with a newline.
std::string prose(std::string_view paragraph, std::string_view value = {});

/// A way to call a program: words in capitals stand for something, those in small letters are
/// typed.
std::string synopsis(std::string_view usage);

}  // namespace pt::manual
