#include <algorithm>
#include <ostream>
#include <string>

#include "client/report/compare/comparison.hpp"
#include "client/text/json_text.hpp"
#include "common/core/service_names.hpp"
#include "common/version/version.hpp"

/// As the JSON of a scan: keys are always present, `null` where a thing is not known or does not
/// apply; none is ever renamed or dropped.
namespace pt::client {
namespace {

/// As results: where no address is known, there is none.
std::string address_text(const IpAddress& address) {
    return address.is_unspecified() ? "" : address.to_string();
}

std::string side_json(const std::optional<Side>& side) {
    if (!side) {
        return "null";
    }
    const auto& [verdict, evidence, by, direction] = side->conclusion;
    return JsonObject{}
        .text("verdict", to_string(verdict))
        .text("evidence", to_string(evidence))
        .text_or_null("by", by)
        .text_or_null("direction", direction ? to_string(*direction) : std::string_view{})
        .end();
}

std::string texts_json(const std::vector<std::string>& texts) {
    std::string list;
    for (const auto& text : texts) {
        list += list.empty() ? "" : ", ";
        list += json_string(text);
    }
    return '[' + list + ']';
}

std::string change_json(const Change& change) {
    JsonObject object;
    object.text("kind", to_string(change.kind)).text("host", change.host);
    if (change.is_host()) {
        for (const auto* key :
             {"address", "address_before", "protocol", "first_port", "last_port"}) {
            object.json(key, "null");
        }
    } else {
        object.text_or_null("address", address_text(change.address()))
            .text_or_null("address_before", change.address_before())
            .text("protocol", to_string(change.protocol))
            .number("first_port", to_number(change.first))
            .number("last_port", to_number(change.last));
    }
    const bool single = !change.is_host() && change.first == change.last;
    return object.text_or_null("service", single ? service_name(change.protocol, change.first) : "")
        .number("ports", change.ports)
        .number_or_null("reachable",
                        change.is_host() ? std::optional{change.reachable} : std::nullopt)
        .json("before", side_json(change.before))
        .json("after", side_json(change.after))
        .json("remarks", texts_json(change.remarks))
        .end();
}

/// "newly-open" as a key: "newly_open".
std::string key_of(ChangeKind kind) {
    std::string key{to_string(kind)};
    std::replace(key.begin(), key.end(), '-', '_');
    return key + (kind == ChangeKind::removed_host || kind == ChangeKind::new_host ? "s" : "");
}

std::string summary_json(const Comparison& comparison) {
    JsonObject object;
    object.number("hosts", comparison.hosts)
        .number("compared", comparison.compared)
        .number("same", comparison.same())
        .number("untested_in_both", comparison.untested_in_both);
    for (const ChangeKind kind : all_change_kinds) {
        object.number(key_of(kind), comparison.count(kind));
    }
    return object.end();
}

std::string address_changes_json(const std::vector<AddressChange>& changes) {
    std::string list;
    for (const AddressChange& change : changes) {
        list += list.empty() ? "" : ", ";
        list += JsonObject{}
                    .text("host", change.host)
                    .text("before", change.before.to_string())
                    .text("after", change.after.to_string())
                    .end();
    }
    return '[' + list + ']';
}

const char* truth(bool value) { return value ? "true" : "false"; }

}  // namespace

void print_comparison_json(const Comparison& comparison, std::ostream& out) {
    out << "{\n  \"pt\": " << json_string(version())
        << ",\n  \"before\": " << json_string(comparison.before_name) << ",\n  \"after\": "
        << (comparison.after_name.empty() ? "null" : json_string(comparison.after_name))
        << ",\n  \"before_truncated\": " << truth(comparison.cut.before)
        << ",\n  \"after_truncated\": " << truth(comparison.cut.after)
        << ",\n  \"interrupted\": " << truth(comparison.interrupted)
        << ",\n  \"notes\": " << texts_json(comparison_notes(comparison))
        << ",\n  \"address_changes\": " << address_changes_json(comparison.address_changes)
        << ",\n  \"changes\": [";
    const char* separator = "\n    ";
    for (const Change& change : comparison.changes) {
        out << separator << change_json(change);
        separator = ",\n    ";
    }
    out << (comparison.changes.empty() ? "]" : "\n  ]")
        << ",\n  \"summary\": " << summary_json(comparison) << "\n}\n"
        << std::flush;
}

void print_comparison_lines(const Comparison& comparison, std::ostream& out) {
    for (const Change& change : comparison.changes) {
        out << change_json(change) << '\n';
    }
    out.flush();
}

}  // namespace pt::client
