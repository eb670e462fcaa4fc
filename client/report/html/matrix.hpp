#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <vector>

#include "client/report/html/places.hpp"
#include "common/core/port_set.hpp"

/// Hosts as rows, ports as columns: what differs from host to host.
namespace pt::client {

struct Matrix {
    /// Neighbouring ports that have the same verdict on each host.
    struct Column {
        PortSet::Range ports;
        std::vector<std::optional<Verdict>> verdicts;  ///< by row; nothing: no result there
    };
    std::vector<Column> columns;
};

inline constexpr std::size_t max_matrix_columns = 32;
inline constexpr std::size_t max_matrix_cells = 40'000;

/// Nothing where it would have more columns or cells than these.
std::optional<Matrix> matrix_of(const std::vector<Place>& places);

/// As a table; where it would be too large, the number of ports of each verdict by host instead.
void print_matrix(std::ostream& out, const std::vector<Place>& places);

}  // namespace pt::client
