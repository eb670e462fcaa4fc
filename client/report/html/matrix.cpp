#include "client/report/html/matrix.hpp"

#include <map>
#include <optional>
#include <ostream>
#include <utility>

#include "client/report/exit_code.hpp"
#include "client/report/html/html_text.hpp"
#include "client/report/html/page.hpp"
#include "client/report/html/verdict_word.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

/// Rows and their verdicts: few, where each host has ports of its own.
using Cells = std::vector<std::pair<std::size_t, Verdict>>;

std::map<std::pair<Protocol, Port>, Cells> cells_by_port(const std::vector<Place>& places) {
    std::map<std::pair<Protocol, Port>, Cells> ports;
    for (std::size_t row = 0; row < places.size(); ++row) {
        for (const Result* result : places[row].results) {
            ports[{result->endpoint.protocol, result->endpoint.port}].emplace_back(
                row, result->conclusion.verdict);
        }
    }
    return ports;
}

std::string range_text(const PortSet::Range& range) {
    const auto text =
        std::string{to_string(range.protocol)} + '/' + std::to_string(to_number(range.first));
    return range.first == range.last ? text : text + '-' + std::to_string(to_number(range.last));
}

void print_row_head(std::ostream& out, const Place& place) {
    out << "<tr><th scope=\"row\">" << html(place.name) << "</th>";
}

void print_cells(std::ostream& out, const std::vector<Place>& places, const Matrix& matrix) {
    std::vector<std::string> heads{"Host"};
    for (const auto& column : matrix.columns) {
        heads.push_back(range_text(column.ports));
    }
    begin_table(out, "Hosts and ports", heads);
    for (std::size_t row = 0; row < places.size(); ++row) {
        print_row_head(out, places[row]);
        for (const auto& column : matrix.columns) {
            const auto verdict = column.verdicts[row];
            out << "<td>" << (verdict ? marked_word(*verdict) : marked_word("no result"))
                << "</td>";
        }
        out << "</tr>\n";
    }
    end_table(out);
}

void print_counts(std::ostream& out, const std::vector<Place>& places) {
    std::vector<Tally> tallies(places.size());
    Tally all;
    for (std::size_t row = 0; row < places.size(); ++row) {
        for (const Result* result : places[row].results) {
            tallies[row].add(result->conclusion.verdict);
            all.add(result->conclusion.verdict);
        }
    }
    std::vector<std::string> heads{"Host"};
    for (const Verdict verdict : all_verdicts) {
        if (all.count(verdict) > 0) {
            heads.emplace_back(to_string(verdict));
        }
    }
    begin_table(out, "Ports of each verdict by host", heads);
    for (std::size_t row = 0; row < places.size(); ++row) {
        print_row_head(out, places[row]);
        for (const Verdict verdict : all_verdicts) {
            if (all.count(verdict) > 0) {
                out << "<td class=\"number\">" << grouped_number(tallies[row].count(verdict))
                    << "</td>";
            }
        }
        out << "</tr>\n";
    }
    end_table(out);
}

}  // namespace

std::optional<Matrix> matrix_of(const std::vector<Place>& places) {
    Matrix matrix;
    const Cells* last = nullptr;
    const auto ports = cells_by_port(places);
    for (const auto& [port, cells] : ports) {
        const auto [protocol, number] = port;
        if (last != nullptr && *last == cells) {
            auto& range = matrix.columns.back().ports;
            if (range.protocol == protocol && to_number(range.last) + 1 == to_number(number)) {
                range.last = number;
                continue;
            }
        }
        if (matrix.columns.size() == max_matrix_columns ||
            (matrix.columns.size() + 1) * places.size() > max_matrix_cells) {
            return std::nullopt;
        }
        Matrix::Column column{{protocol, number, number}, {}};
        column.verdicts.resize(places.size());
        for (const auto& [row, verdict] : cells) {
            column.verdicts[row] = verdict;
        }
        matrix.columns.push_back(std::move(column));
        last = &cells;
    }
    return matrix;
}

void print_matrix(std::ostream& out, const std::vector<Place>& places) {
    if (const auto matrix = matrix_of(places)) {
        print_cells(out, places, *matrix);
    } else {
        print_counts(out, places);
    }
}

}  // namespace pt::client
