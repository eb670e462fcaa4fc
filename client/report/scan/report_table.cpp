#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "client/report/collected.hpp"
#include "client/report/exit_code.hpp"
#include "client/report/explain/explain.hpp"
#include "client/report/scan/make_reporter.hpp"
#include "client/report/scan/probe_facts.hpp"
#include "client/report/scan/summary_text.hpp"
#include "client/report/scan/table_hints.hpp"
#include "client/report/scan/table_matrix.hpp"
#include "client/report/table_groups.hpp"
#include "client/report/table_rows.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

/// The table for people: a heading for each host and address, a line for each port; with many
/// ports, equal ones together and the exceptions first. With -v, each port by itself and a second
/// line with what finds its packets elsewhere.
namespace pt::client {
namespace {

constexpr std::size_t spec_width = 76;
constexpr std::size_t max_spec_lines = 40;
/// With -v, of one address.
constexpr std::size_t max_verbose_lines = 1000;

/// Which kind of record the server keeps of TCP attempts.
std::string record_text(std::optional<bool> exact) {
    return !exact ? "" : *exact ? ", record: exact" : ", record: sampled";
}

class TableReport final : public CollectedReport {
public:
    TableReport(std::ostream& out, Style style, const ReportOptions& options)
        : CollectedReport{options.shown},
          out_{out},
          style_{style},
          explain_{options.explain},
          below_{options.verbose ? probe_facts : nullptr},
          max_rows_{options.verbose ? max_verbose_lines : max_single_lines} {}

private:
    void print(const ResultRefs& results, const RunSummary& summary) override {
        const auto matrix = is_verbose() ? std::nullopt : host_matrix(results);
        if (matrix) {
            print_matrix(out_, style_, *matrix);
        } else {
            print_places(results);
        }
        if (!results.empty()) {
            out_ << '\n';
        }
        print_summary(results, summary);
        if (explain_) {
            out_ << explain(results, summary.facts);
        }
        out_.flush();
    }

    bool is_verbose() const { return below_ != nullptr; }

    void print_places(const ResultRefs& results) {
        for (auto first = results.begin(); first != results.end();) {
            const auto last = std::find_if_not(first, results.end(), [&](const Result* result) {
                return is_same_place(**first, *result);
            });
            if (first != results.begin()) {
                out_ << '\n';
            }
            print_place({first, last});
            first = last;
        }
    }

    /// All results of one host and address.
    void print_place(const ResultRefs& results) {
        print_heading(*results.front());
        if (results.size() <= max_rows_) {
            print_rows(out_, style_, results, below_);
            return;
        }
        const auto groups = group_results(results);
        ResultRefs exceptions;
        for (const auto& group : groups) {
            if (group.members.size() <= small_group) {
                exceptions.insert(exceptions.end(), group.members.begin(), group.members.end());
            }
        }
        if (!exceptions.empty()) {
            print_rows(out_, style_, exceptions, below_);
        }
        for (const auto& group : groups) {
            if (group.members.size() > small_group) {
                print_group(group);
            }
        }
        if (is_verbose()) {
            out_ << "(-v lists up to " << grouped_number(max_verbose_lines)
                 << " ports per address; --output csv lists all " << grouped_number(results.size())
                 << ")\n";
        }
    }

    void print_heading(const Result& result) {
        out_ << painted(style_, bold, place_text(result)) << '\n';
    }

    void print_group(const ResultGroup& group) {
        const auto verdict = std::string{to_string(group.verdict())};
        out_ << painted(style_, colour_of(group.verdict()), verdict) << ", "
             << counted(group.members.size(), "port") << ": " << group.words << group_rtt(group)
             << notes_text(group.notes) << '\n';
        for (const auto& line : wrapped(group.ports().to_string(), spec_width, max_spec_lines)) {
            out_ << "  " << line << '\n';
        }
    }

    static std::string group_rtt(const ResultGroup& group) {
        const auto rtt = rtt_span_text(group.members);
        return rtt.empty() ? "" : "; rtt " + rtt;
    }

    void print_summary(const ResultRefs& results, const RunSummary& summary) {
        out_ << tally_text(tally(), style_) << duration_suffix(summary) << '\n';
        if (summary.interrupted) {
            out_ << interrupted_text(tally()) << '\n';
        }
        for (const auto& note : summary.notes) {
            out_ << "Note: " << safe_text(note) << '\n';
        }
        print_hints(results);
        for (const auto& manifest : summary.manifests) {
            print_manifest(manifest);
        }
    }

    /// One for all ports that need the same, the commands on lines of their own to be copied.
    void print_hints(const ResultRefs& results) {
        const auto hints = hint_texts(results, max_hints);
        for (const HintText& hint : hints.shown) {
            if (hint.is_new_reason) {
                out_ << "Hint: " << hint.reason << '\n';
            }
            for (const auto& [where, command] : hint.commands) {
                out_ << "  " << where << ": " << command << '\n';
            }
            if (!hint.more.empty()) {
                out_ << "  (" << hint.more << ")\n";
            }
        }
        if (!hints.rest.empty()) {
            out_ << "Hint: " << hints.rest << '\n';
        }
    }

    void print_manifest(const Manifest& manifest) {
        std::map<PortState, PortSet> by_state;
        for (const auto& stretch : manifest.stretches) {
            by_state[stretch.state].insert(stretch.ports.protocol, stretch.ports.first,
                                           stretch.ports.last);
        }
        out_ << '\n'
             << painted(style_, bold, "Ports of pt-server at " + manifest.address.to_string())
             << record_text(manifest.exact_record)
             << (manifest.complete ? "" : " (incomplete: not all answers arrived)") << '\n';
        for (const auto& [state, ports] : by_state) {
            out_ << to_string(state) << ", " << counted(ports.size(), "port") << '\n';
            for (const auto& line : wrapped(ports.to_string(), spec_width, max_spec_lines)) {
                out_ << "  " << line << '\n';
            }
        }
        if (by_state.empty()) {
            out_ << "  nothing\n";
        }
    }

    std::ostream& out_;
    Style style_;
    bool explain_;
    LineBelow below_;
    std::size_t max_rows_;
};

}  // namespace

std::unique_ptr<Reporter> make_table_report(std::ostream& out, Style style,
                                            const ReportOptions& options) {
    return std::make_unique<TableReport>(out, style, options);
}

}  // namespace pt::client
