#include "client/report/explain/explain_groups.hpp"

#include <map>
#include <tuple>

#include "client/conclude/hint.hpp"
#include "client/report/explain/diagram.hpp"
#include "client/report/explain/firewall.hpp"
#include "client/report/explain/path_legend.hpp"
#include "client/report/explain/text_block.hpp"
#include "client/report/table_groups.hpp"
#include "client/report/table_rows.hpp"
#include "client/result/path_facts.hpp"
#include "client/text/number_text.hpp"
#include "common/core/port_set.hpp"

namespace pt::client {
namespace {

constexpr std::size_t max_places = 12;
constexpr std::size_t max_port_lines = 6;
constexpr std::size_t port_width = 72;

/// What the sentences depend on, apart from the values that `group_ports` names.
auto kind_of(const Result& result) {
    const auto& conclusion = result.conclusion;
    const Findings found = result.findings.value_or(Findings{});
    const Hint hint = result.hint.value_or(Hint{});
    return std::tuple{
        std::tuple{result.endpoint.protocol, conclusion.verdict, conclusion.evidence,
                   conclusion.direction, error_sender(result), server_title(result),
                   result.reached},
        std::tuple{rewritten_source(result).has_value(), rewritten_destination(result).has_value(),
                   result.seen.has_value(), is_on_one_host(result),
                   result.endpoint.address.is_v4()},
        std::tuple{has_sent(result), result.attempts > 0, result.frames_lost > 0,
                   result.findings.has_value(), found.connected, found.data_resets > 0,
                   found.foreign_data, found.padding_altered, found.server_lost, found.lost > 0},
        std::tuple{result.local_error, result.local_reason},
        std::tuple{hint_reason(result), hint.on_server.empty(), hint.command.empty()}};
}

}  // namespace

std::vector<ExplainGroup> explain_groups(const ResultRefs& results) {
    std::vector<ExplainGroup> groups;
    std::map<decltype(kind_of(*results.front())), std::size_t> places;
    for (const Result* result : results) {
        const auto [place, is_new] = places.try_emplace(kind_of(*result), groups.size());
        if (is_new) {
            groups.emplace_back();
        }
        groups[place->second].members.push_back(result);
    }
    return groups;
}

std::string group_ports(const ExplainGroup& group) {
    if (group.members.size() < 2) {
        return "";
    }
    std::vector<std::pair<std::string, PortSet>> places;
    std::size_t more = 0;
    for (const Result* member : group.members) {
        auto place = place_text(*member);
        if (places.empty() || places.back().first != place) {
            if (places.size() == max_places) {
                ++more;
                continue;
            }
            places.emplace_back(std::move(place), PortSet{});
        }
        places.back().second.insert(member->endpoint.protocol, member->endpoint.port);
    }
    auto text = paragraph("One explanation for " + counted(group.members.size(), "port") +
                          " with the same verdict and evidence; addresses, local ports, numbers, "
                          "commands and notes are those of the first:");
    for (const auto& [place, ports] : places) {
        text += paragraph(place, 4);
        for (const auto& line : wrapped(ports.to_string(), port_width, max_port_lines)) {
            text += "      " + line + '\n';
        }
    }
    if (more > 0) {
        text += "    ... and " + counted(more, "more port") + " of other hosts\n";
    }
    return text;
}

}  // namespace pt::client
