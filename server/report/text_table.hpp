#pragma once

#include <string>
#include <vector>

namespace pt::server {

/// Rows of cells as aligned columns, two spaces apart.
class TextTable {
public:
    using Row = std::vector<std::string>;

    enum class Align { left, right };
    explicit TextTable(std::vector<Align> columns) : columns_{std::move(columns)} {}

    /// As many cells as there are columns.
    void add(Row row);
    /// A line of its own between the rows, as it is.
    void add_line(std::string line);
    std::string to_string() const;

private:
    std::vector<Align> columns_;
    std::vector<Row> rows_;  ///< one cell: a line of its own
};

}  // namespace pt::server
