#include <ostream>

#include "client/report/compare/comparison.hpp"
#include "client/report/compare/comparison_text.hpp"
#include "client/report/markup_text.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

/// Of each kind of change. More would be no table to read.
constexpr std::size_t max_rows = 500;

void print_row(std::ostream& out, const Change& change) {
    out << "| " << markdown_text(place_text(change)) << " | ";
    if (change.is_host()) {
        out << counted(change.ports, "port") << " | " << grouped_number(change.reachable)
            << " reachable | |\n";
        return;
    }
    const auto service = service_text(change);
    out << ports_text(change) << (service == "-" ? "" : ' ' + markdown_text(service)) << " | "
        << markdown_text(verdicts_text(change)) << " | " << markdown_text(evidence_text(change))
        << " |\n";
}

void print_section(std::ostream& out, ChangeKind kind, const Comparison& comparison) {
    out << "\n### " << heading_of(kind)
        << "\n\n| Host | Ports | Verdict | Evidence |\n|---|---|---|---|\n";
    std::size_t rows = 0;
    for (const Change& change : comparison.changes) {
        if (change.kind == kind && ++rows <= max_rows) {
            print_row(out, change);
        }
    }
    if (rows > max_rows) {
        out << '\n' << counted(rows - max_rows, "more line") << " with --output csv or json\n";
    }
}

}  // namespace

void print_comparison_markdown(const Comparison& comparison, std::ostream& out) {
    out << "**" << summary_text(comparison) << "**\n";
    for (const ChangeKind kind : all_change_kinds) {
        if (comparison.count(kind) > 0) {
            print_section(out, kind, comparison);
        }
    }
    const auto notes = comparison_notes(comparison);
    if (!notes.empty()) {
        out << '\n';
    }
    for (const std::string& note : notes) {
        out << "- Note: " << markdown_text(note) << '\n';
    }
    out << std::flush;
}

}  // namespace pt::client
