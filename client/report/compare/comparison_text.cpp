#include "client/report/compare/comparison_text.hpp"

#include "client/report/place.hpp"
#include "client/report/table_rows.hpp"
#include "client/text/number_text.hpp"
#include "common/core/service_names.hpp"

namespace pt::client {

namespace {

/// "3 newly open", "1 new host".
std::string counted_kind(ChangeKind kind, std::size_t number) {
    switch (kind) {
        case ChangeKind::newly_open: return grouped_number(number) + " newly open";
        case ChangeKind::newly_blocked: return grouped_number(number) + " newly blocked";
        case ChangeKind::changed: return grouped_number(number) + " changed";
        case ChangeKind::not_comparable: return grouped_number(number) + " not comparable";
        case ChangeKind::only_before: return grouped_number(number) + " only before";
        case ChangeKind::only_after: return grouped_number(number) + " only after";
        case ChangeKind::removed_host: return counted(number, "removed host");
        case ChangeKind::new_host: return counted(number, "new host");
    }
    return "?";
}

}  // namespace

std::string heading_of(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::newly_open: return "Newly open";
        case ChangeKind::newly_blocked: return "Newly blocked";
        case ChangeKind::changed: return "Changed";
        case ChangeKind::not_comparable: return "Not comparable";
        case ChangeKind::only_before: return "Only before";
        case ChangeKind::only_after: return "Only after";
        case ChangeKind::removed_host: return "Removed hosts";
        case ChangeKind::new_host: return "New hosts";
    }
    return "?";
}

std::string place_text(const Change& change) {
    return place_text(change.host, change.is_host() ? IpAddress{} : change.address());
}

std::string ports_text(const Change& change) {
    auto text =
        std::string{to_string(change.protocol)} + '/' + std::to_string(to_number(change.first));
    return change.first == change.last ? text : text + '-' + std::to_string(to_number(change.last));
}

std::string service_text(const Change& change) {
    const auto service = change.first == change.last ? service_name(change.protocol, change.first)
                                                     : std::string_view{};
    return service.empty() ? "-" : std::string{service};
}

std::string arrow(const std::string& before, const std::string& after) {
    return before == after ? before : before + " -> " + after;
}

std::string verdict_word(const std::optional<Side>& side) {
    return side ? std::string{to_string(side->conclusion.verdict)} : "none";
}

std::string verdicts_text(const Change& change) {
    return arrow(verdict_word(change.before), verdict_word(change.after));
}

std::string evidence_text(const Change& change) {
    std::string text;
    if (change.before && change.after) {
        text = arrow(change.before->words, change.after->words);
    } else {
        text = (change.after ? change.after : change.before)->words;
    }
    return text + notes_text(change.remarks);
}

std::string summary_text(const Comparison& comparison) {
    std::string text = counted(comparison.compared, "port") + " compared: ";
    const char* separator = "";
    for (const ChangeKind kind : all_change_kinds) {
        if (const auto number = comparison.count(kind); number > 0) {
            text += separator + counted_kind(kind, number);
            separator = ", ";
        }
    }
    if (comparison.changes.empty()) {
        text += comparison.compared == 0 ? "nothing is known in both scans" : "no differences";
    }
    if (comparison.untested_in_both > 0) {
        text += "; " + grouped_number(comparison.untested_in_both) + " untested in both";
    }
    return text;
}

}  // namespace pt::client
