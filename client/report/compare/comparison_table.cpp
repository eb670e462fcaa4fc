#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "client/report/compare/comparison.hpp"
#include "client/report/compare/comparison_text.hpp"
#include "client/report/table_groups.hpp"
#include "client/report/table_rows.hpp"
#include "client/text/number_text.hpp"
#include "common/core/port_set.hpp"

/// The comparison for people: a section for each kind of change, a line for each range of ports;
/// with many ranges, those that say the same together.
namespace pt::client {
namespace {

/// A section with more ranges than this is shown in groups.
constexpr std::size_t max_single_lines = 30;
constexpr std::size_t spec_width = 76;
constexpr std::size_t max_spec_lines = 40;
constexpr std::size_t max_notes = 20;

using Changes = std::vector<const Change*>;

/// The same, in the verdicts' colours.
std::string painted_verdicts(Style style, const Change& change) {
    const auto paint = [&](const std::optional<Side>& side) {
        return side ? painted(style, colour_of(side->conclusion.verdict), verdict_word(side))
                    : verdict_word(side);
    };
    return arrow(paint(change.before), paint(change.after));
}

class ComparisonTable {
public:
    ComparisonTable(std::ostream& out, Style style, const Comparison& comparison)
        : out_{out}, style_{style}, comparison_{comparison} {}

    void print() {
        find_places();
        for (const ChangeKind kind : all_change_kinds) {
            Changes changes;
            for (const Change& change : comparison_.changes) {
                if (change.kind == kind) {
                    changes.push_back(&change);
                }
            }
            if (!changes.empty()) {
                print_section(kind, changes);
                out_ << '\n';
            }
        }
        print_summary();
        out_.flush();
    }

private:
    /// With one host and address, it is named once, on top.
    void find_places() {
        std::set<std::string> places;
        for (const Change& change : comparison_.changes) {
            if (places.size() < 2) {
                places.insert(place_text(change));
            }
        }
        has_places_ = comparison_.hosts > 1 || places.size() > 1;
        if (!has_places_ && !places.empty()) {
            out_ << painted(style_, bold, *places.begin()) << "\n\n";
        }
    }

    void print_section(ChangeKind kind, const Changes& changes) {
        out_ << painted(style_, bold, heading_of(kind)) << '\n';
        if (changes.front()->is_host()) {
            print_hosts(changes);
        } else if (changes.size() <= max_single_lines) {
            print_rows(changes);
        } else {
            print_groups(changes);
        }
    }

    void print_hosts(const Changes& changes) {
        for (const Change* change : changes) {
            out_ << "  " << place_text(*change) << ": " << counted(change->ports, "port") << ", "
                 << grouped_number(change->reachable) << " reachable\n";
        }
    }

    void print_rows(const Changes& changes) {
        constexpr std::size_t columns = 4;
        std::vector<std::array<std::string, columns>> lines;
        std::array<std::size_t, columns> widths{};
        for (const Change* change : changes) {
            lines.push_back({has_places_ ? place_text(*change) : "", ports_text(*change),
                             service_text(*change), verdicts_text(*change)});
            for (std::size_t column = 0; column < columns; ++column) {
                widths[column] = std::max(widths[column], lines.back()[column].size());
            }
        }
        for (std::size_t line = 0; line < lines.size(); ++line) {
            for (std::size_t column = 0; column < columns; ++column) {
                const auto& text = lines[line][column];
                const bool verdicts = column + 1 == columns;
                if (widths[column] > 0) {
                    out_ << "  " << (verdicts ? painted_verdicts(style_, *changes[line]) : text)
                         << std::string(widths[column] - text.size(), ' ');
                }
            }
            out_ << "  " << evidence_text(*changes[line]) << '\n';
        }
    }

    void print_groups(const Changes& changes) {
        using Key = std::tuple<std::string, std::string, std::string>;
        std::map<Key, std::size_t> places;
        std::vector<Changes> groups;
        for (const Change* change : changes) {
            const Key key{place_text(*change), verdicts_text(*change), evidence_text(*change)};
            const auto [place, is_new] = places.try_emplace(key, groups.size());
            if (is_new) {
                groups.emplace_back();
            }
            groups[place->second].push_back(change);
        }
        for (const Changes& group : groups) {
            PortSet ports;
            for (const Change* change : group) {
                ports.insert(change->protocol, change->first, change->last);
            }
            const Change& first = *group.front();
            out_ << "  " << (has_places_ ? place_text(first) + ": " : "")
                 << painted_verdicts(style_, first) << ", " << counted(ports.size(), "port") << ": "
                 << evidence_text(first) << '\n';
            for (const auto& line : wrapped(ports.to_string(), spec_width, max_spec_lines)) {
                out_ << "    " << line << '\n';
            }
        }
    }

    void print_summary() {
        out_ << summary_text(comparison_) << '\n';
        const auto notes = comparison_notes(comparison_);
        for (std::size_t note = 0; note < notes.size(); ++note) {
            if (note == max_notes) {
                out_ << "Note: " << notes.size() - note << " more with --output json\n";
                break;
            }
            out_ << "Note: " << notes[note] << '\n';
        }
    }

    std::ostream& out_;
    Style style_;
    const Comparison& comparison_;
    bool has_places_ = false;
};

}  // namespace

void print_comparison_table(const Comparison& comparison, std::ostream& out, Style style) {
    ComparisonTable{out, style, comparison}.print();
}

}  // namespace pt::client
