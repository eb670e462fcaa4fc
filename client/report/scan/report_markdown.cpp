#include <algorithm>
#include <ostream>

#include "client/report/collected.hpp"
#include "client/report/markup_text.hpp"
#include "client/report/scan/host_matrix.hpp"
#include "client/report/scan/make_reporter.hpp"
#include "client/report/scan/summary_text.hpp"
#include "client/report/scan/table_hints.hpp"
#include "client/report/table_rows.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "common/core/service_names.hpp"

/// Tables for tickets and for the step summary of a CI system, laid out as the table for people.
namespace pt::client {
namespace {

/// A longer list of ports is no text to read.
constexpr std::size_t max_spec = 2000;

std::string spec_text(const ResultGroup& group) {
    const auto spec = group.ports().to_string();
    return spec.size() <= max_spec
               ? spec
               : spec.substr(0, spec.find_last_of(',', max_spec)) + ",... (all with --output csv)";
}

class MarkdownReport final : public CollectedReport {
public:
    MarkdownReport(std::ostream& out, const Shown& shown) : CollectedReport{shown}, out_{out} {}

private:
    void print(const ResultRefs& results, const RunSummary& summary) override {
        out_ << "**" << tally_text(tally()) << duration_suffix(summary) << "**\n";
        if (summary.interrupted) {
            out_ << '\n' << interrupted_text(tally()) << '\n';
        }
        if (const auto matrix = host_matrix(results)) {
            print_matrix(*matrix);
        } else {
            for (auto first = results.begin(); first != results.end();) {
                const auto last = std::find_if_not(first, results.end(), [&](const Result* result) {
                    return is_same_place(**first, *result);
                });
                print_place({first, last});
                first = last;
            }
        }
        print_notes(results, summary);
        out_.flush();
    }

    void print_matrix(const HostMatrix& matrix) {
        out_ << "\n| Host |";
        for (const auto& [protocol, port] : matrix.columns) {
            out_ << ' ' << to_string(protocol) << '/' << to_number(port) << " |";
        }
        out_ << "\n|---|";
        for (std::size_t column = 0; column < matrix.columns.size(); ++column) {
            out_ << "---|";
        }
        for (const auto& [label, cells] : matrix.rows) {
            out_ << "\n| " << markdown_text(label) << " |";
            for (const Result* cell : cells) {
                out_ << ' ' << (cell == nullptr ? "" : conclusion_text(cell->conclusion)) << " |";
            }
        }
        out_ << "\n\n";
        for (const auto& [verdict, words, places] : cell_details(matrix)) {
            out_ << "- **" << to_string(verdict) << "**: " << markdown_text(words) << '\n';
            for (const auto& place : places) {
                out_ << "  - " << markdown_text(place) << '\n';
            }
        }
        if (const auto rtt = rtt_range(matrix); !rtt.empty()) {
            out_ << "- RTT " << markdown_text(rtt) << '\n';
        }
    }

    void print_place(const ResultRefs& results) {
        out_ << "\n### " << markdown_text(place_text(*results.front())) << "\n\n";
        ResultRefs rows = results;
        std::vector<ResultGroup> groups;
        if (results.size() > max_single_lines) {
            rows.clear();
            for (auto& group : group_results(results)) {
                if (group.members.size() <= small_group) {
                    rows.insert(rows.end(), group.members.begin(), group.members.end());
                } else {
                    groups.push_back(std::move(group));
                }
            }
        }
        out_ << "| Port | Service | Verdict | RTT | Evidence |\n|---|---|---|---|---|\n";
        for (const Result* row : rows) {
            const auto service = service_name(row->endpoint.protocol, row->endpoint.port);
            print_row(port_text(row->endpoint), std::string{service}, row->conclusion,
                      row->rtt.samples() == 0 ? "" : rtt_text(*row),
                      describe(*row) + rtt_spread_text(*row) + notes_text(row->notes));
        }
        for (const ResultGroup& group : groups) {
            print_row(spec_text(group) + " (" + counted(group.members.size(), "port") + ')', "",
                      group.members.front()->conclusion, rtt_span_text(group.members),
                      group.words + notes_text(group.notes));
        }
    }

    void print_row(const std::string& ports, const std::string& service,
                   const Conclusion& conclusion, const std::string& rtt,
                   const std::string& evidence) {
        out_ << "| " << ports << " | " << markdown_text(service) << " | "
             << conclusion_text(conclusion) << " | " << rtt << " | " << markdown_text(evidence)
             << " |\n";
    }

    void print_notes(const ResultRefs& results, const RunSummary& summary) {
        if (!summary.notes.empty()) {
            out_ << '\n';
        }
        for (const auto& note : summary.notes) {
            out_ << "- Note: " << markdown_text(note) << '\n';
        }
        const auto hints = hint_texts(results, max_hints);
        if (!hints.shown.empty()) {
            out_ << '\n';
        }
        for (const HintText& hint : hints.shown) {
            if (hint.is_new_reason) {
                out_ << "- Hint: " << markdown_text(hint.reason) << '\n';
            }
            for (const auto& [where, command] : hint.commands) {
                out_ << "  - " << markdown_text(where) << ": " << markdown_code(command) << '\n';
            }
            if (!hint.more.empty()) {
                out_ << "  - " << hint.more << '\n';
            }
        }
        if (!hints.rest.empty()) {
            out_ << "- Hint: " << hints.rest << '\n';
        }
    }

    std::ostream& out_;
};

}  // namespace

std::unique_ptr<Reporter> make_markdown_report(std::ostream& out, const Shown& shown) {
    return std::make_unique<MarkdownReport>(out, shown);
}

}  // namespace pt::client
