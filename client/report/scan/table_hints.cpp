#include "client/report/scan/table_hints.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "client/conclude/hint.hpp"
#include "client/conclude/journal.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "common/core/port_set.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// Where a command names the result's own port, as a spec; no command has such a byte otherwise.
constexpr char spec_mark = '\1';
/// The same after "port ", as tcpdump has it.
constexpr char number_mark = '\2';

/// Where a command names the result's host.
constexpr char host_mark = '\3';

/// A longer list of ports is no command to copy: the first port then stands for all.
constexpr std::size_t max_spec = 160;

bool is_word(const std::string& text, std::size_t begin, std::size_t end) {
    const bool begins = begin == 0 || text[begin - 1] == ' ' || text[begin - 1] == ':';
    return begins && (end == text.size() || text[end] == ' ' || text[end] == '\'');
}

std::string marked(std::string text, const std::string& own, char mark) {
    for (auto at = text.find(own); at != std::string::npos; at = text.find(own, at + 1)) {
        if (is_word(text, at, at + own.size())) {
            text.replace(at, own.size(), 1, mark);
        }
    }
    return text;
}

/// Equal for the commands of results that differ in nothing but their port.
std::string pattern(const std::string& command, const Endpoint& endpoint) {
    const auto number = std::to_string(to_number(endpoint.port));
    auto text = marked(command, port_text(endpoint), spec_mark);
    for (const std::string before : {"port ", "sport = :"}) {
        const auto at = text.rfind(before + number);
        if (at != std::string::npos && is_word(text, at + before.size() - (before.back() == ':'),
                                               at + before.size() + number.size())) {
            text.replace(at + before.size(), number.size(), 1, number_mark);
        }
    }
    return text;
}

/// Results that need the same commands.
struct Group {
    const Result* first = nullptr;
    std::vector<ProtocolPort> ports;
    std::size_t place = 0;  ///< among the groups, by first appearance
};

std::string spec_of(const Group& group) {
    PortSet ports;
    for (const ProtocolPort& port : group.ports) {
        ports.insert(port.protocol, port.port);
    }
    return ports.to_string();
}

std::string filled(std::string text, const std::string& spec, const Endpoint& first) {
    const auto replace = [&text](char mark, const std::string& by) {
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
            text.replace(at, 1, by);
        }
    };
    replace(spec_mark, spec);
    replace(number_mark, std::to_string(to_number(first.port)));
    return text;
}

PlaceHint place_hint(const std::string& reason, const std::string& on_server,
                     const std::string& command, const Group& group) {
    const Endpoint& first = group.first->endpoint;
    auto spec = spec_of(group);
    const bool by_number = (on_server + command).find(number_mark) != std::string::npos;
    const bool too_long = spec.size() > max_spec;
    const bool names_all = !by_number && !too_long;
    if (!names_all) {
        spec = port_text(first);
    }
    return {.host = group.first->host,
            .reason = reason,
            .hint = {filled(on_server, spec, first), filled(command, spec, first)},
            .more_ports = names_all ? 0 : group.ports.size() - 1};
}

std::string without_host(std::string command, const Result& result) {
    command = marked(std::move(command), shell_word(result.host), host_mark);
    return marked(std::move(command), result.endpoint.address.to_string(), host_mark);
}

std::string more_text(const PlaceHint& hint) {
    const auto ports = hint.more_ports > 0 ? counted(hint.more_ports, "more port") : "";
    const auto hosts = hint.more_hosts > 0 ? counted(hint.more_hosts, "more host") : "";
    const auto both = ports + (ports.empty() || hosts.empty() ? "" : " and ") + hosts;
    return both.empty() ? "" : "the same for " + both;
}

}  // namespace

std::vector<PlaceHint> merged_hints(const ResultRefs& results) {
    using Key = std::tuple<std::string, std::string, IpAddress, std::string, std::string>;
    std::map<Key, Group> groups;
    for (const Result* each : results) {
        const Result& result = *each;
        const auto reason = hint_reason(result);
        const auto hint = result.hint.value_or(Hint{});
        if (reason.empty() && !result.hint) {
            continue;
        }
        Group& group = groups[{reason, result.host, result.endpoint.address,
                               pattern(hint.on_server, result.endpoint),
                               pattern(hint.command, result.endpoint)}];
        if (group.first == nullptr) {
            group.first = &result;
            group.place = groups.size();
        }
        group.ports.push_back({result.endpoint.protocol, result.endpoint.port});
    }
    std::vector<const std::pair<const Key, Group>*> order;
    std::map<std::string, std::size_t> reasons;
    for (const auto& group : groups) {
        order.push_back(&group);
        const auto& reason = std::get<0>(group.first);
        const auto place = reasons.try_emplace(reason, group.second.place).first;
        place->second = std::min(place->second, group.second.place);
    }
    std::sort(order.begin(), order.end(), [&](const auto* a, const auto* b) {
        return std::tuple{reasons[std::get<0>(a->first)], a->second.place} <
               std::tuple{reasons[std::get<0>(b->first)], b->second.place};
    });
    std::vector<PlaceHint> hints;
    std::map<std::tuple<std::string, std::string, std::string, std::size_t>, std::size_t> places;
    for (const auto* group : order) {
        const auto& [reason, host, address, on_server, command] = group->first;
        auto hint = place_hint(reason, on_server, command, group->second);
        const Result& first = *group->second.first;
        const auto [place, is_new] =
            places.try_emplace({reason, without_host(hint.hint.on_server, first),
                                without_host(hint.hint.command, first), hint.more_ports},
                               hints.size());
        if (is_new) {
            hints.push_back(std::move(hint));
        } else {
            ++hints[place->second].more_hosts;
        }
    }
    return hints;
}

HintTexts hint_texts(const ResultRefs& results, std::size_t max_hints) {
    HintTexts texts;
    const auto hints = merged_hints(results);
    for (const PlaceHint& hint : hints) {
        if (texts.shown.size() == max_hints) {
            texts.rest = grouped_number(hints.size() - max_hints) + " more with --output json";
            break;
        }
        HintText text{
            .reason = hint.reason,
            .is_new_reason = texts.shown.empty() || texts.shown.back().reason != hint.reason,
            .commands = {},
            .more = more_text(hint)};
        const auto& [on_server, command] = hint.hint;
        if (!on_server.empty()) {
            text.commands.push_back(
                {"on " + safe_text(hint.host), safe_text(on_server, on_server.size())});
        }
        if (!command.empty()) {
            text.commands.push_back(
                {on_server.empty() ? "here" : "then here", safe_text(command, command.size())});
        }
        texts.shown.push_back(std::move(text));
    }
    return texts;
}

}  // namespace pt::client
