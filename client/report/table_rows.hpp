#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "client/report/place.hpp"
#include "client/report/report.hpp"
#include "client/result/result_refs.hpp"

/// The aligned lines of the table, one for each port, and its colours.
namespace pt::client {

/// What stands below the line of a result, printable ASCII; "": nothing.
using LineBelow = std::string (*)(const Result&);

/// A header line and a line for each result, in the order given; where there is a `below`, its
/// line after each, indented.
void print_rows(std::ostream& out, Style style, const ResultRefs& rows, LineBelow below = nullptr);

/// "0.312 ms", "-".
std::string rtt_text(const Result& result);

/// "; rtt min/avg/max/stddev ..." where there are several samples; else "".
std::string rtt_spread_text(const Result& result);

/// Parameters of the terminal's "select graphic rendition" (ECMA-48).
inline constexpr std::string_view bold = "1";
std::string_view colour_of(Verdict verdict);

/// The text in these colours; as it is where the style has none.
std::string painted(Style style, std::string_view codes, const std::string& text);

/// "; note; note", harmless for a terminal.
std::string notes_text(const std::vector<std::string>& notes);

}  // namespace pt::client
