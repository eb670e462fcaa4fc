#include "client/policy/found_policy.hpp"

#include <algorithm>
#include <map>

#include "client/policy/judge.hpp"
#include "client/policy/policy_values.hpp"
#include "client/text/json_text.hpp"
#include "client/text/time_text.hpp"
#include "common/core/port_set.hpp"

namespace pt::client {
namespace {

/// What is expected of some ports of one host.
struct Found {
    PortSet open;
    PortSet blocked;
    std::map<std::string, PortSet> verdicts;  ///< by value, as a policy has it
    PortSet unproved;
};

/// Nothing is known, or there is no reply and it is not known why: a dead host gives that, too.
bool is_unproved(const Conclusion& conclusion) {
    return conclusion.verdict == Verdict::untested || conclusion.direction == Direction::unknown;
}

bool is_blocked(const Result& result) {
    return judge({.kind = Wanted::Kind::blocked}, result).outcome == Outcome::passed;
}

/// "answered", "{verdict: filtered, direction: return}".
std::string value_of(const Result& result) {
    const Conclusion& conclusion = result.conclusion;
    std::string verdict{to_string(conclusion.verdict)};
    const bool has_direction = conclusion.direction.has_value();
    // Where a name moves, the target is another one.
    const bool has_device =
        conclusion.by && conclusion.by->bytes() != result.endpoint.address.bytes();
    if (!has_direction && !has_device) {
        return verdict;
    }
    std::string text = "{verdict: " + verdict;
    if (has_direction) {
        text += ", direction: " + std::string{to_string(*conclusion.direction)};
    }
    if (has_device) {
        text += ", by: " + json_string(conclusion.by->to_string());
    }
    return text + '}';
}

void add(Found& found, const Result& result) {
    const auto& [protocol, address, port] = result.endpoint;
    PortSet& ports = is_unproved(result.conclusion)               ? found.unproved
                     : result.conclusion.verdict == Verdict::open ? found.open
                     : is_blocked(result)                         ? found.blocked
                                          : found.verdicts[value_of(result)];
    ports.insert(protocol, port);
}

/// Port specs, each of one protocol and of a length that people and check can read.
std::vector<std::string> specs_of(const PortSet& ports) {
    constexpr std::size_t max_spec = 80;
    std::vector<std::string> specs;
    Protocol protocol{};
    for (const auto& range : ports.ranges()) {
        const std::string text = describe(range);
        if (specs.empty() || protocol != range.protocol || specs.back().size() > max_spec) {
            specs.push_back(text);
        } else {
            specs.back() += ',' + text.substr(text.find('/') + 1);
        }
        protocol = range.protocol;
    }
    return specs;
}

/// "    open: [\"tcp/22,80-90\", \"udp/53\"]", or a line for each.
std::string list_text(const std::string& key, const PortSet& ports) {
    constexpr std::size_t max_in_line = 2;
    if (ports.empty()) {
        return "";
    }
    const auto specs = specs_of(ports);
    const bool in_line = specs.size() <= max_in_line;
    std::string list;
    for (const std::string& spec : specs) {
        list += in_line ? (list.empty() ? "" : ", ") : "\n      - ";
        list += json_string(spec);
    }
    return "    " + key + ": " + (in_line ? '[' + list + ']' : list) + '\n';
}

std::string unproved_text(const std::string& host, const Found& found) {
    std::string text;
    for (const std::string& spec : specs_of(found.unproved)) {
        text += "# nothing proved at " + json_string(host) + ": " + spec + '\n';
    }
    return text;
}

/// "" where nothing is known of the host.
std::string test_text(const std::string& host, const Found& found) {
    std::string text = list_text("open", found.open) + list_text("blocked", found.blocked);
    for (const auto& [value, ports] : found.verdicts) {
        for (const std::string& spec : specs_of(ports)) {
            text += "    " + json_string(spec) + ": " + value + '\n';
        }
    }
    return text.empty() ? ""
                        : "  - name: " + json_string("to " + host) +
                              "\n    to: " + json_string(host) + '\n' + text;
}

}  // namespace

std::string found_policy(const ResultRefs& results,
                         std::optional<std::chrono::system_clock::time_point> time,
                         bool interrupted) {
    std::string tests;
    std::string comments;
    for (auto first = results.begin(); first != results.end();) {
        const Result& begin = **first;
        const auto next_host = std::find_if(first, results.end(), [&](const Result* result) {
            return result->host_place != begin.host_place || result->host != begin.host;
        });
        // Where a name has several addresses, what is found at each is expected of each.
        std::map<IpAddress, Found> addresses;
        for (; first != next_host; ++first) {
            add(addresses[(*first)->endpoint.address], **first);
        }
        for (const auto& [address, found] : addresses) {
            const auto host = addresses.size() == 1 ? begin.host : address.to_string();
            comments += unproved_text(host, found);
            tests += test_text(host, found);
        }
    }
    return "# What a scan found" + (time ? " at " + utc_text(*time) : "") +
           ", as a policy: pt-client check FILE\n" +
           (interrupted ? "# The scan was interrupted.\n" : "") + comments +
           "version: 1\ntests:" + (tests.empty() ? " []\n" : '\n' + tests);
}

}  // namespace pt::client
