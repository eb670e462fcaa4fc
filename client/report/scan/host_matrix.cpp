#include "client/report/scan/host_matrix.hpp"

#include <algorithm>
#include <map>

#include "client/report/table_rows.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

constexpr std::size_t min_rows = 3;
constexpr std::size_t max_columns = 24;
/// Of hosts with the same finding, this many are named.
constexpr std::size_t max_named = 6;

using Column = HostMatrix::Column;

Column column_of(const Result& result) { return {result.endpoint.protocol, result.endpoint.port}; }

/// Each once, in order; the first `max_columns + 1` that are found.
std::vector<Column> columns_of(const ResultRefs& results) {
    std::vector<Column> columns;
    for (const Result* result : results) {
        const auto column = column_of(*result);
        const auto place = std::lower_bound(columns.begin(), columns.end(), column);
        if (place == columns.end() || column < *place) {
            columns.insert(place, column);
        }
        if (columns.size() > max_columns) {
            break;
        }
    }
    return columns;
}

bool says_more(const ResultGroup& group) {
    return group.verdict() != Verdict::open || group.words != "echo received" ||
           !group.notes.empty();
}

/// How many cells of each column say the same.
using CellCounts = std::map<std::pair<std::size_t, std::string>, std::size_t>;

CellCounts count_cells(const HostMatrix& matrix) {
    CellCounts counts;
    for (const auto& row : matrix.rows) {
        for (std::size_t column = 0; column < row.cells.size(); ++column) {
            if (const Result* cell = row.cells[column]; cell != nullptr) {
                ++counts[{column, conclusion_text(cell->conclusion)}];
            }
        }
    }
    return counts;
}

/// Of whom the same is to be said for one port: all that the column shows with this cell, or these.
std::string hosts_text(const HostMatrix& matrix, const CellCounts& counts, std::size_t column,
                       const std::vector<std::size_t>& rows) {
    if (rows.size() == matrix.rows.size()) {
        return "all " + counted(rows.size(), "host") + " above";
    }
    const auto text = conclusion_text(matrix.rows[rows.front()].cells[column]->conclusion);
    if (rows.size() > max_named && rows.size() == counts.at({column, text})) {
        return "the " + counted(rows.size(), "host") + " above with " + text;
    }
    std::string names;
    for (const std::size_t row : rows) {
        names += (names.empty() ? "" : ", ") + matrix.rows[row].label;
    }
    return names;
}

}  // namespace

std::optional<HostMatrix> host_matrix(const ResultRefs& results) {
    HostMatrix matrix;
    matrix.columns = columns_of(results);
    const std::size_t width = matrix.columns.size();
    if (width > max_columns) {
        return std::nullopt;
    }
    const Result* last = nullptr;
    for (const Result* result : results) {
        if (last == nullptr || !is_same_place(*last, *result)) {
            matrix.rows.push_back({place_text(*result), std::vector<const Result*>(width)});
        }
        const auto column =
            std::lower_bound(matrix.columns.begin(), matrix.columns.end(), column_of(*result));
        matrix.rows.back().cells[static_cast<std::size_t>(column - matrix.columns.begin())] =
            result;
        if (result->rtt.samples() > 1) {
            return std::nullopt;
        }
        last = result;
    }
    const bool is_sparse = results.size() * 2 < matrix.rows.size() * width;
    return matrix.rows.size() < min_rows || is_sparse ? std::nullopt : std::optional{matrix};
}

std::vector<CellDetail> cell_details(const HostMatrix& matrix) {
    ResultRefs results;
    std::map<const Result*, std::pair<std::size_t, std::size_t>> places;
    for (std::size_t row = 0; row < matrix.rows.size(); ++row) {
        for (std::size_t column = 0; column < matrix.columns.size(); ++column) {
            if (const Result* cell = matrix.rows[row].cells[column]; cell != nullptr) {
                results.push_back(cell);
                places[cell] = {column, row};
            }
        }
    }
    const CellCounts counts = count_cells(matrix);
    std::vector<CellDetail> details;
    for (const ResultGroup& group : group_results(results)) {
        if (!says_more(group)) {
            continue;
        }
        std::map<std::size_t, std::vector<std::size_t>> rows_of;  // by column
        for (const Result* member : group.members) {
            const auto [column, row] = places[member];
            rows_of[column].push_back(row);
        }
        std::map<std::string, PortSet> ports_of;  // by hosts
        for (const auto& [column, rows] : rows_of) {
            const auto& [protocol, port] = matrix.columns[column];
            ports_of[hosts_text(matrix, counts, column, rows)].insert(protocol, port);
        }
        CellDetail detail{group.verdict(), group.words + notes_text(group.notes), {}};
        for (const auto& [hosts, ports] : ports_of) {
            detail.places.push_back(ports.to_string() + ": " + hosts);
        }
        details.push_back(std::move(detail));
    }
    return details;
}

std::string rtt_range(const HostMatrix& matrix) {
    const HostMatrix::Row* shortest_row = nullptr;
    const HostMatrix::Row* longest_row = nullptr;
    const Result* shortest = nullptr;
    const Result* longest = nullptr;
    for (const auto& row : matrix.rows) {
        for (const Result* cell : row.cells) {
            if (cell == nullptr || cell->rtt.samples() == 0) {
                continue;
            }
            if (shortest == nullptr || cell->rtt.min() < shortest->rtt.min()) {
                shortest = cell;
                shortest_row = &row;
            }
            if (longest == nullptr || cell->rtt.max() > longest->rtt.max()) {
                longest = cell;
                longest_row = &row;
            }
        }
    }
    const auto text = [](const HostMatrix::Row& row, const Result& cell) {
        return duration_text(cell.rtt.min()) + " (" + row.label + ' ' + port_text(cell.endpoint) +
               ')';
    };
    return shortest == nullptr ? ""
           : shortest == longest
               ? text(*shortest_row, *shortest)
               : text(*shortest_row, *shortest) + " to " + text(*longest_row, *longest);
}

}  // namespace pt::client
