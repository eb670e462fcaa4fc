#pragma once

#include <iosfwd>

#include "client/report/report.hpp"
#include "client/report/scan/host_matrix.hpp"

namespace pt::client {

/// The matrix for a terminal: a short word in each cell with a legend below, blocks of columns in
/// 60 columns, then the details. A host whose name is long stands on a line of its own.
void print_matrix(std::ostream& out, Style style, const HostMatrix& matrix);

}  // namespace pt::client
