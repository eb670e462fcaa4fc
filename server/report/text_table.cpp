#include "server/report/text_table.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

namespace pt::server {

void TextTable::add(Row row) {
    assert(row.size() == columns_.size() && row.size() > 1);
    rows_.push_back(std::move(row));
}

void TextTable::add_line(std::string line) { rows_.push_back({std::move(line)}); }

std::string TextTable::to_string() const {
    std::vector<std::size_t> widths(columns_.size());
    for (const auto& row : rows_) {
        for (std::size_t i = 0; row.size() > 1 && i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    std::string text;
    for (const auto& row : rows_) {
        std::string line = row.size() > 1 ? "" : row.front();
        for (std::size_t i = 0; row.size() > 1 && i < row.size(); ++i) {
            const std::string space(widths[i] - row[i].size(), ' ');
            line += columns_[i] == Align::left ? row[i] + space : space + row[i];
            line += "  ";
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

}  // namespace pt::server
