#include "client/report/check/check_text.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "client/policy/policy_values.hpp"
#include "client/report/table_rows.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

/// "tcp/22,80"; of very many ranges the first, and how many ports there are.
std::string ports_text(const PortSet& ports) {
    constexpr std::size_t max_text = 60;
    const std::string text = ports.to_string();
    const std::string count = " (" + counted(ports.size(), "port") + ')';
    if (text.size() > max_text) {
        return text.substr(0, text.find_last_of(", ", max_text)) + ",..." + count;
    }
    return ports.size() == 1 ? text : text + count;
}

std::string counts_text(const OutcomeCounts& counts) {
    return grouped_number(counts.passed) + " passed, " + grouped_number(counts.failed) +
           " failed, " + grouped_number(counts.inconclusive) + " inconclusive";
}

/// What is to be said of the ports, but for their numbers.
std::string finding_text(const Wanted& wanted, const CheckedPorts& ports) {
    return "expected " + describe(wanted) +
           (ports.result == nullptr ? "" : "; found " + found_text(*ports.result)) +
           (ports.judgement.reason.empty() ? "" : "; " + ports.judgement.reason) +
           open_notes(ports);
}

}  // namespace

std::string host_text(const PolicyHost& host, const Result* result) {
    std::string text = describe(host);
    if (result == nullptr || result->endpoint.address.is_unspecified()) {
        return text;
    }
    const auto address = result->endpoint.address.to_string();
    return address == host.host ? text : text + " (" + address + ')';
}

std::string found_text(const Result& result) {
    return conclusion_text(result.conclusion) + ": " + describe(result);
}

std::string open_notes(const CheckedPorts& ports) {
    const bool is_open = ports.judgement.outcome == Outcome::inconclusive;
    return is_open && ports.result != nullptr ? notes_text(ports.result->notes) : "";
}

std::string expectation_text(const CheckedExpectation& checked) {
    PortSet ports;
    for (const auto& [protocol, first, last] : checked.expectation->ports) {
        ports.insert(protocol, first, last);
    }
    return describe(*checked.host) + ' ' + ports_text(ports) + ' ' +
           describe(checked.expectation->wanted);
}

std::vector<Complaint> complaints(const CheckedExpectation& checked) {
    using Key = std::tuple<Outcome, std::string, std::string>;
    std::map<Key, PortSet> places;
    std::vector<Key> order;
    for (const CheckedPorts& ports : checked.ports) {
        if (ports.judgement.outcome == Outcome::passed && ports.judgement.reason.empty()) {
            continue;
        }
        const Key key{ports.judgement.outcome, host_text(*checked.host, ports.result),
                      finding_text(checked.expectation->wanted, ports)};
        const auto [found, is_new] = places.try_emplace(key);
        if (is_new) {
            order.push_back(key);
        }
        found->second.insert(ports.ports.protocol, ports.ports.first, ports.ports.last);
    }
    std::vector<Complaint> all;
    for (const Key& key : order) {
        const auto& [outcome, host, text] = key;
        all.push_back({outcome, host + ' ' + ports_text(places[key]), text});
    }
    std::stable_partition(all.begin(), all.end(), [](const Complaint& complaint) {
        return complaint.outcome == Outcome::failed;
    });
    return all;
}

std::string check_tally_text(const CheckedPolicy& checked) {
    return counted(checked.test_counts.all(), "test") + ": " + counts_text(checked.test_counts) +
           "; " + counted(checked.counts.all(), "port") + ": " + counts_text(checked.counts);
}

std::string check_counts_text(const CheckReport& report) {
    const RunSummary& summary = report.summary;
    return check_tally_text(report.checked) +
           (summary.duration ? "; " + duration_text(*summary.duration) : "") +
           (summary.interrupted ? "; interrupted" : "");
}

std::string complaints_text(const CheckedExpectation& checked) {
    constexpr std::size_t max_complaints = 20;
    std::string text;
    std::size_t count = 0;
    for (const auto& [outcome, place, finding] : complaints(checked)) {
        if (++count > max_complaints) {
            return text + "; ...";
        }
        text += (text.empty() ? "" : "; ") + std::string{to_string(outcome)} + ": " + place + ": " +
                finding;
    }
    return text;
}

}  // namespace pt::client
