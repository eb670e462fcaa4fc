#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>

#include "client/result/result.hpp"

namespace pt::client {

/// The path of a result's packets as a drawing (SVG) with a heading, and the same in words.
/// `place` is its host, printable ASCII; `number` that of the figure in the page, from 1.
void print_path_figure(std::ostream& out, const Result& result, const std::string& place,
                       std::size_t number);

}  // namespace pt::client
