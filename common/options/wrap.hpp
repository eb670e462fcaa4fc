#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pt {

/// The words of a paragraph in lines of at most `width` columns, where a word is no longer; all
/// lines but the first are indented by `indent`, which counts for the first one, too. Ends with a
/// newline.
std::string wrap(std::string_view paragraph, std::size_t indent, std::size_t width);

}  // namespace pt
