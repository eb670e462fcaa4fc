#pragma once

#include <iosfwd>

#include "client/result/result_refs.hpp"

namespace pt::client {

/// The section of a page that says which commands lead on; nothing where there is no question.
/// `results` are in report order.
void print_html_hints(std::ostream& out, const ResultRefs& results);

}  // namespace pt::client
