#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "client/collected.hpp"
#include "client/describe.hpp"
#include "client/exit_code.hpp"
#include "client/explain.hpp"
#include "client/number_text.hpp"
#include "client/table_groups.hpp"
#include "common/core/service_names.hpp"
#include "common/net/safe_text.hpp"

/// The table for people: a heading for each host and address, a line for each port; with many
/// ports, equal ones together and the exceptions first.
namespace pt::client {
namespace {

/// An address with more results than this is shown in groups.
constexpr std::size_t most_single_lines = 30;
/// Groups up to this size still get a line for each port.
constexpr std::size_t small_group = 8;
constexpr std::size_t spec_width = 76;
constexpr std::size_t most_spec_lines = 40;

using Rows = std::vector<const Result*>;

std::string colour_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::open: return "32";
        case Verdict::answered: return "36";
        case Verdict::intercepted:
        case Verdict::cut: return "35";
        case Verdict::closed:
        case Verdict::rejected:
        case Verdict::unreachable: return "31";
        case Verdict::filtered: return "33";
        case Verdict::untested: return "2";
    }
    return "0";
}

std::string rtt_text(const Result& result) {
    return result.rtt.samples() == 0 ? "-" : duration_text(result.rtt.mean());
}

/// Min, mean, max and standard deviation where there are several samples.
std::string spread_text(const Result& result) {
    const auto& rtt = result.rtt;
    if (rtt.samples() < 2) {
        return "";
    }
    constexpr int digits = 3;
    const auto in_ms = [](Nanoseconds value) { return decimal(milliseconds(value), digits); };
    return "; rtt min/avg/max/stddev " + in_ms(rtt.min()) + '/' + in_ms(rtt.mean()) + '/' +
           in_ms(rtt.max()) + '/' + in_ms(rtt.stddev()) + " ms of " + grouped_number(rtt.samples());
}

std::string notes_text(const std::vector<std::string>& notes) {
    std::string text;
    for (const auto& note : notes) {
        text += "; " + net::safe_text(note);
    }
    return text;
}

bool same_place(const Result& a, const Result& b) {
    return a.host_place == b.host_place && a.host == b.host &&
           a.endpoint.address == b.endpoint.address;
}

class TableReport final : public CollectedReport {
public:
    TableReport(std::ostream& out, Style style, bool explain)
        : out_{out}, style_{style}, explain_{explain} {}

private:
    void print(const std::vector<Result>& results, const RunSummary& summary) override {
        for (auto first = results.begin(); first != results.end();) {
            const auto last = std::find_if_not(first, results.end(), [&](const Result& result) {
                return same_place(*first, result);
            });
            if (first != results.begin()) {
                out_ << '\n';
            }
            print_place({first, last});
            first = last;
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

    /// All results of one host and address.
    void print_place(std::span<const Result> results) {
        print_heading(results.front());
        if (results.size() <= most_single_lines) {
            Rows rows;
            std::transform(results.begin(), results.end(), std::back_inserter(rows),
                           [](const Result& result) { return &result; });
            print_rows(rows);
            return;
        }
        const auto groups = group_results(results);
        Rows exceptions;
        for (const auto& group : groups) {
            if (group.members.size() <= small_group) {
                exceptions.insert(exceptions.end(), group.members.begin(), group.members.end());
            }
        }
        if (!exceptions.empty()) {
            print_rows(exceptions);
        }
        for (const auto& group : groups) {
            if (group.members.size() > small_group) {
                print_group(group);
            }
        }
    }

    void print_heading(const Result& result) {
        const auto& address = result.endpoint.address;
        const auto host = net::safe_text(result.host);
        auto text = host;
        if (!address.is_unspecified() && address.to_string() != result.host) {
            text += " (" + address.to_string() + ')';
        }
        out_ << painted("1", text) << '\n';
    }

    void print_rows(const Rows& rows) {
        constexpr std::size_t columns = 4;
        using Cells = std::array<std::string, columns>;
        std::vector<Cells> lines{{"PORT", "SERVICE", "VERDICT", "RTT"}};
        for (const auto* row : rows) {
            const auto service = service_name(row->endpoint.protocol, row->endpoint.port);
            lines.push_back({port_text(row->endpoint), std::string{service.empty() ? "-" : service},
                             std::string{to_string(row->conclusion.verdict)}, rtt_text(*row)});
        }
        std::array<std::size_t, columns> widths{};
        for (const auto& cells : lines) {
            for (std::size_t column = 0; column < columns; ++column) {
                widths[column] = std::max(widths[column], cells[column].size());
            }
        }
        constexpr std::size_t verdict_column = 2;
        constexpr std::size_t gap = 2;
        for (std::size_t line = 0; line < lines.size(); ++line) {
            for (std::size_t column = 0; column < columns; ++column) {
                auto text = lines[line][column];
                const std::size_t blanks = widths[column] - text.size() + gap;
                if (line > 0 && column == verdict_column) {
                    text = painted(colour_of(rows[line - 1]->conclusion.verdict), text);
                }
                out_ << text << std::string(blanks, ' ');
            }
            out_ << (line == 0 ? "EVIDENCE"
                               : describe(*rows[line - 1]) + spread_text(*rows[line - 1]) +
                                     notes_text(rows[line - 1]->notes))
                 << '\n';
        }
    }

    void print_group(const ResultGroup& group) {
        const auto verdict = std::string{to_string(group.verdict())};
        out_ << painted(colour_of(group.verdict()), verdict) << ", "
             << counted(group.members.size(), "port") << ": " << group.words << group_rtt(group)
             << notes_text(group.notes) << '\n';
        for (const auto& line : wrapped(group.ports().to_string(), spec_width, most_spec_lines)) {
            out_ << "  " << line << '\n';
        }
    }

    static std::string group_rtt(const ResultGroup& group) {
        std::optional<Nanoseconds> least;
        Nanoseconds most{};
        for (const auto* member : group.members) {
            if (member->rtt.samples() > 0) {
                least = std::min(least.value_or(member->rtt.min()), member->rtt.min());
                most = std::max(most, member->rtt.max());
            }
        }
        return least ? "; rtt " + duration_text(*least) + " to " + duration_text(most) : "";
    }

    void print_summary(const std::vector<Result>& results, const RunSummary& summary) {
        Tally tally;
        std::vector<std::string> hints;
        std::set<std::string> known;
        for (const auto& result : results) {
            tally.add(result.conclusion.verdict);
            auto text = hint(result);
            if (!text.empty() && known.insert(text).second) {
                hints.push_back(std::move(text));
            }
        }
        out_ << counted(tally.total(), "port") << ':';
        const char* separator = " ";
        for (const auto verdict : all_verdicts) {
            if (tally.count(verdict) > 0) {
                out_ << separator << grouped_number(tally.count(verdict)) << ' '
                     << painted(colour_of(verdict), std::string{to_string(verdict)});
                separator = ", ";
            }
        }
        out_ << (results.empty() ? " nothing was tested" : "") << "; "
             << duration_text(summary.duration) << '\n';
        if (summary.interrupted) {
            out_ << "Interrupted: what was not finished is untested.\n";
        }
        for (const auto& note : summary.notes) {
            out_ << "Note: " << net::safe_text(note) << '\n';
        }
        for (const auto& text : hints) {
            out_ << "Hint: " << text << '\n';
        }
        for (const auto& manifest : summary.manifests) {
            print_manifest(manifest);
        }
    }

    void print_manifest(const Manifest& manifest) {
        std::map<PortState, PortSet> by_state;
        for (const auto& stretch : manifest.stretches) {
            by_state[stretch.state].insert(stretch.ports.protocol, stretch.ports.first,
                                           stretch.ports.last);
        }
        out_ << '\n'
             << painted("1", "pt-server at " + manifest.address.to_string() + " says of its ports")
             << (manifest.complete ? "" : " (not all of it arrived)") << '\n';
        for (const auto& [state, ports] : by_state) {
            out_ << to_string(state) << ", " << counted(ports.size(), "port") << '\n';
            for (const auto& line : wrapped(ports.to_string(), spec_width, most_spec_lines)) {
                out_ << "  " << line << '\n';
            }
        }
        if (by_state.empty()) {
            out_ << "  nothing\n";
        }
    }

    std::string painted(const std::string& codes, const std::string& text) const {
        return style_.colour ? "\x1b[" + codes + 'm' + text + "\x1b[0m" : text;
    }

    std::ostream& out_;
    Style style_;
    bool explain_;
};

}  // namespace

std::unique_ptr<Reporter> make_table_report(std::ostream& out, Style style, bool explain) {
    return std::make_unique<TableReport>(out, style, explain);
}

}  // namespace pt::client
