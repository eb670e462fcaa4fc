#include "common/options/wrap.hpp"

#include <algorithm>

namespace pt {

std::string wrap(std::string_view paragraph, std::size_t indent, std::size_t width) {
    std::string text;
    std::size_t column = indent;
    while (!paragraph.empty()) {
        const auto end = std::min(paragraph.find(' '), paragraph.size());
        if (column > indent && column + 1 + end > width) {
            text.append("\n").append(indent, ' ');
            column = indent;
        } else if (column > indent) {
            text += ' ';
            ++column;
        }
        text.append(paragraph.substr(0, end));
        column += end;
        paragraph.remove_prefix(std::min(end + 1, paragraph.size()));
    }
    return text + '\n';
}

}  // namespace pt
