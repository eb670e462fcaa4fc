#include "client/report/compare/comparison.hpp"

#include "common/core/safe_text.hpp"

namespace pt::client {

void print_comparison(const Comparison& comparison, OutputFormat format, std::ostream& out,
                      Style style) {
    switch (format) {
        case OutputFormat::table: print_comparison_table(comparison, out, style); break;
        case OutputFormat::json: print_comparison_json(comparison, out); break;
        case OutputFormat::jsonl: print_comparison_lines(comparison, out); break;
        case OutputFormat::csv: print_comparison_csv(comparison, out); break;
        case OutputFormat::markdown: print_comparison_markdown(comparison, out); break;
        case OutputFormat::html: print_comparison_html(comparison, out); break;
        case OutputFormat::junit:
        case OutputFormat::tap:
        case OutputFormat::policy: break;  // no formats of a comparison
    }
}

std::vector<std::string> comparison_notes(const Comparison& comparison) {
    std::vector<std::string> notes;
    for (const AddressChange& change : comparison.address_changes) {
        notes.push_back(safe_text(change.host) +
                        " had another address: " + change.before.to_string() + " before, " +
                        change.after.to_string() + " after");
    }
    notes.insert(notes.end(), comparison.remarks.begin(), comparison.remarks.end());
    return notes;
}

}  // namespace pt::client
