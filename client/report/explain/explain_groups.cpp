#include "client/report/explain/explain_groups.hpp"

#include <map>
#include <optional>
#include <tuple>

#include "client/conclude/hint.hpp"
#include "client/report/explain/path_legend.hpp"
#include "client/report/explain/text_block.hpp"
#include "client/report/table_groups.hpp"
#include "client/result/path_facts.hpp"
#include "client/text/number_text.hpp"
#include "common/core/port_set.hpp"

namespace pt::client {
namespace {

constexpr std::size_t max_places = 12;
constexpr std::size_t max_port_lines = 6;
constexpr std::size_t port_width = 72;

auto kind_of(const Result& result) {
    const auto& conclusion = result.conclusion;
    return std::tuple{result.endpoint.protocol, conclusion.verdict,   conclusion.evidence,
                      conclusion.direction,     error_sender(result), device_title(result),
                      server_title(result),     result.reached,       result.seen.has_value(),
                      hint_reason(result)};
}

std::string place_text(const Result& result) {
    const auto address = result.endpoint.address.to_string();
    const auto host = short_host(result.host);
    return result.endpoint.address.is_unspecified() || address == result.host
               ? host
               : host + " (" + address + ')';
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
                          " with the same verdict and evidence; addresses, local ports, times and "
                          "notes are those of the first:");
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
