#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <vector>

#include "client/report/html/places.hpp"
#include "client/report/table_groups.hpp"

/// The ports of one host and address as HTML tables.
namespace pt::client {

/// What a table says of one result, or of a group of results: `describe` and the notes.
std::string evidence_html(const std::string& words, const std::vector<std::string>& notes);

/// A row for each port where there are few. Of many, those that say the same in one row, the rare
/// verdicts first, with a row for each port of a small group; `groups` are those of the place.
void print_port_tables(std::ostream& out, const Place& place,
                       const std::vector<ResultGroup>& groups);

}  // namespace pt::client
