#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

#include "client/report/compare/comparison.hpp"
#include "client/report/compare/comparison_text.hpp"
#include "client/report/html/html_text.hpp"
#include "client/report/html/page.hpp"
#include "client/report/html/port_ranges.hpp"
#include "client/report/html/verdict_word.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

/// A comparison as a page: a section for each kind of change, a row for all ports of one host of
/// which the same is to be said.
namespace pt::client {
namespace {

std::string meaning_of(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::newly_open: return "Blocked or refused before, reachable after.";
        case ChangeKind::newly_blocked: return "Reachable or refused before, blocked after.";
        case ChangeKind::changed: return "Any other difference: verdict, direction, device or NAT.";
        case ChangeKind::not_comparable: return "Known in one of the scans only.";
        case ChangeKind::only_before: return "The second scan did not probe these ports.";
        case ChangeKind::only_after: return "The first scan did not probe these ports.";
        case ChangeKind::removed_host: return "The second scan did not probe these hosts.";
        case ChangeKind::new_host: return "The first scan did not probe these hosts.";
    }
    return "";
}

std::string side_html(const std::optional<Side>& side) {
    return side ? marked_word(side->conclusion.verdict) + "<br><span class=\"note\">" +
                      html(side->words) + "</span>"
                : "not in this scan";
}

std::string remarks_html(const Change& change) {
    std::string text;
    for (const auto& remark : change.remarks) {
        text += (text.empty() ? "" : "<br>") + html(remark);
    }
    return text.empty() ? "-" : text;
}

using Changes = std::vector<const Change*>;
/// The cells of a row but for its ports.
using Cells = std::tuple<std::string, std::string, std::string, std::string>;

void print_ports(std::ostream& out, const std::string& caption, const Changes& changes) {
    std::map<Cells, std::size_t> places;
    std::vector<std::pair<Cells, PortSet>> rows;
    for (const Change* change : changes) {
        const Cells cells{html(place_text(*change)), side_html(change->before),
                          side_html(change->after), remarks_html(*change)};
        const auto [place, is_new] = places.try_emplace(cells, rows.size());
        if (is_new) {
            rows.push_back({cells, {}});
        }
        rows[place->second].second.insert(change->protocol, change->first, change->last);
    }
    begin_table(out, caption, {"Host", "Ports", "Number", "Before", "After", "Remarks"});
    for (const auto& [cells, ports] : rows) {
        const auto& [place, before, after, remarks] = cells;
        out << "<tr><th scope=\"row\">" << place
            << "</th><td><div class=\"ranges\" role=\"region\" tabindex=\"0\" aria-label=\"Ports\">"
            << ranges_html(ports) << "</div></td><td class=\"number\">"
            << grouped_number(ports.size()) << "</td><td>" << before << "</td><td>" << after
            << "</td><td>" << remarks << "</td></tr>\n";
    }
    end_table(out);
}

void print_hosts(std::ostream& out, const std::string& caption, const Changes& changes) {
    begin_table(out, caption, {"Host", "Ports", "Reachable"});
    for (const Change* change : changes) {
        out << "<tr><th scope=\"row\">" << html(place_text(*change)) << "</th><td class=\"number\">"
            << grouped_number(change->ports) << "</td><td class=\"number\">"
            << grouped_number(change->reachable) << "</td></tr>\n";
    }
    end_table(out);
}

std::string title_of(const Comparison& comparison) {
    const auto& [before, after] = std::tie(comparison.before_name, comparison.after_name);
    return before.empty() ? "Changes"
                          : "Changes from " + safe_text(before) + " to " +
                                (after.empty() ? "a new scan" : safe_text(after));
}

}  // namespace

void print_comparison_html(const Comparison& comparison, std::ostream& out) {
    begin_page(out, title_of(comparison),
               summary_text(comparison) +
                   (comparison.interrupted ? "; the second scan was interrupted." : "."));
    const auto notes = comparison_notes(comparison);
    if (!notes.empty()) {
        begin_section(out, "notes", "Notes");
        print_list(out, "notes", notes);
        end_section(out);
    }
    for (const ChangeKind kind : all_change_kinds) {
        Changes changes;
        for (const Change& change : comparison.changes) {
            if (change.kind == kind) {
                changes.push_back(&change);
            }
        }
        if (changes.empty()) {
            continue;
        }
        const auto heading = heading_of(kind);
        begin_section(out, to_string(kind), heading);
        out << "<p>" << html(meaning_of(kind)) << "</p>\n";
        if (changes.front()->is_host()) {
            print_hosts(out, heading, changes);
        } else {
            print_ports(out, heading, changes);
        }
        end_section(out);
    }
    end_page(out);
    out.flush();
}

}  // namespace pt::client
