#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "client/compare/changes.hpp"
#include "client/options/options.hpp"
#include "client/report/report.hpp"

/// What a person or a program reads of a comparison. Texts and streams alone, as other reports.
namespace pt::client {

/// Table: a section for each kind of change. json: one object; jsonl and csv: a line for each
/// change. html: a page.
void print_comparison(const Comparison& comparison, OutputFormat format, std::ostream& out,
                      Style style);

/// What holds for more than one change: addresses of hosts that changed, and the remarks. One
/// sentence each, printable ASCII. The table and json hold them; jsonl and csv have no room, so
/// that they belong to stderr there.
std::vector<std::string> comparison_notes(const Comparison& comparison);

void print_comparison_table(const Comparison& comparison, std::ostream& out, Style style);
void print_comparison_json(const Comparison& comparison, std::ostream& out);
void print_comparison_lines(const Comparison& comparison, std::ostream& out);
void print_comparison_csv(const Comparison& comparison, std::ostream& out);
/// A table for each kind of change.
void print_comparison_markdown(const Comparison& comparison, std::ostream& out);
void print_comparison_html(const Comparison& comparison, std::ostream& out);

}  // namespace pt::client
