#pragma once

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "client/result/result.hpp"

/// The frame of an HTML report: one file that loads nothing, and that is read without any script.
/// Texts are escaped here; `markup` is HTML already.
namespace pt::client {

/// Up to the beginning of <main>. `sentence` is the summary.
void begin_page(std::ostream& out, std::string_view title, std::string_view sentence);
/// The rest, with the version of pt-client.
void end_page(std::ostream& out);

/// A part with a heading of its own; `id` is a plain word that no other part has.
void begin_section(std::ostream& out, std::string_view id, std::string_view heading);
void end_section(std::ostream& out);

/// What a table does on a narrow screen. Those that stack are read without the columns' headings.
enum class TableLayout { scrolls, stacks };

/// A table that is scrolled sideways where it is too wide, by keyboard, too. `caption` names it for
/// those who do not see it; `heads` are the headings of its columns.
void begin_table(std::ostream& out, std::string_view caption, const std::vector<std::string>& heads,
                 TableLayout layout = TableLayout::scrolls);
void end_table(std::ostream& out);

/// ". Scan of 2026-01-31T12:00:00Z, 3.51 s": as far as it is known.
std::string scan_text(const RunSummary& summary);

/// A list; nothing where there is none.
void print_list(std::ostream& out, std::string_view css_class,
                const std::vector<std::string>& texts);

}  // namespace pt::client
