#include "client/conclude/flow_notes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <optional>

#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

/// What chance may do in each single test: so little that 16 source ports suffice, of which 5 to 11
/// were answered (11 of 16 are the upper ones by chance once in C(16, 5) = 4,368). There are two
/// tests of source ports and one of flows for each protocol, so that of 600 scans with losses by
/// chance at most one names a cause.
constexpr double max_chance = 1.0 / 4000;

struct SourcePort {
    std::uint32_t number = 0;
    bool answered = false;  ///< any flow from it was
};

/// By number. Flows from one source port may share their fate, so that the port counts, however
/// many flows it has.
std::vector<SourcePort> source_ports(const std::vector<FlowOutcome>& flows) {
    std::map<std::uint32_t, bool> answered;
    for (const FlowOutcome& flow : flows) {
        bool& any = answered[to_number(flow.source)];
        any = any || flow.answered;
    }
    std::vector<SourcePort> ports;
    ports.reserve(answered.size());
    for (const auto& [number, any] : answered) {
        ports.push_back({number, any});
    }
    return ports;
}

/// How likely the first `run` of `total` are all among the `lost` ones where it is chance which
/// these are: C(total - run, lost - run) / C(total, lost).
double chance_of_run(std::size_t run, std::size_t lost, std::size_t total) {
    double chance = 1;
    for (std::size_t i = 0; i < run; ++i) {
        chance *= static_cast<double>(lost - i) / static_cast<double>(total - i);
    }
    return chance;
}

/// A limit that people choose, where one lies above `lost` and not above `answered`.
std::uint32_t likely_limit(std::uint32_t lost, std::uint32_t answered) {
    // RFC 6335 section 6, and net.ipv4.ip_local_port_range of Linux.
    constexpr std::array<std::uint32_t, 3> usual{1024, 32768, 49152};
    const auto found = std::find_if(usual.begin(), usual.end(), [&](std::uint32_t limit) {
        return lost < limit && limit <= answered;
    });
    return found == usual.end() ? answered : *found;
}

/// "below about 49152", where all source ports below were lost and chance does not explain it.
std::optional<std::string> lost_side(const std::vector<SourcePort>& ports) {
    const auto is_answered = [](const SourcePort& port) { return port.answered; };
    const auto lost = static_cast<std::size_t>(
        std::count_if(ports.begin(), ports.end(), std::not_fn(is_answered)));
    if (lost == 0 || lost == ports.size()) {
        return std::nullopt;
    }
    const auto lowest = std::find_if(ports.begin(), ports.end(), is_answered);
    const auto below = static_cast<std::size_t>(lowest - ports.begin());
    if (below > 0 && chance_of_run(below, lost, ports.size()) < max_chance) {
        const auto limit = likely_limit((lowest - 1)->number, lowest->number);
        return "below about " + std::to_string(limit);
    }
    const auto highest = std::find_if(ports.rbegin(), ports.rend(), is_answered);
    const auto above = static_cast<std::size_t>(highest - ports.rbegin());
    if (above > 0 && chance_of_run(above, lost, ports.size()) < max_chance) {
        // The first port that is lost starts the range: "above 49151".
        const auto limit = likely_limit(highest->number, (highest - 1)->number);
        return "above about " + std::to_string(limit - 1);
    }
    return std::nullopt;
}

struct Losses {
    std::size_t flows = 0;
    std::size_t lost_flows = 0;
    std::size_t recovered = 0;  ///< flows that lost a packet and were answered later
    std::size_t repeats = 0;    ///< packets that were sent on a flow after its first was lost
    std::size_t sent = 0;
    std::size_t lost = 0;
};

Losses count(const std::vector<FlowOutcome>& flows) {
    Losses losses;
    for (const FlowOutcome& flow : flows) {
        const std::size_t sent = std::max<std::size_t>(flow.sent, 1);
        ++losses.flows;
        losses.lost_flows += flow.answered ? 0U : 1U;
        losses.recovered += flow.answered && sent > 1 ? 1U : 0U;
        losses.repeats += sent - 1;
        losses.sent += sent;
        losses.lost += flow.answered ? sent - 1 : sent;
    }
    return losses;
}

/// Whether flows were answered within the time in which others were lost: otherwise nothing may
/// have been answered for a while.
bool overlap_in_time(const std::vector<FlowOutcome>& flows) {
    constexpr std::ptrdiff_t min_answered = 3;
    std::optional<Nanoseconds> first;
    Nanoseconds last{};
    for (const FlowOutcome& flow : flows) {
        if (!flow.answered) {
            first = std::min(first.value_or(flow.last_sent), flow.last_sent);
            last = std::max(last, flow.last_sent);
        }
    }
    return first && std::count_if(flows.begin(), flows.end(), [&](const FlowOutcome& flow) {
                        return flow.answered && *first < flow.last_sent && flow.last_sent < last;
                    }) >= min_answered;
}

/// Whether the flow decides, and not chance: what was lost once was lost each time. If each packet
/// were lost by chance, all repeats would be with a probability of rate ^ repeats. The rate is not
/// known, but exceeds what the first packets show by more than `margin` with a probability below
/// `max_chance` only (Hoeffding's inequality).
bool lost_as_flows(const std::vector<FlowOutcome>& flows, const Losses& losses) {
    if (losses.lost_flows == 0 || losses.lost_flows == losses.flows || losses.recovered > 0) {
        return false;
    }
    const auto total = static_cast<double>(losses.flows);
    const double margin = std::sqrt(-std::log(max_chance) / (2 * total));
    const double rate = static_cast<double>(losses.lost_flows) / total + margin;
    return rate < 1 && std::pow(rate, static_cast<double>(losses.repeats)) < max_chance &&
           overlap_in_time(flows);
}

/// Whether some source port had both fates: then more than the source port decides.
bool same_source_differs(const std::vector<FlowOutcome>& flows) {
    std::map<Port, std::array<bool, 2>> fates;
    return std::any_of(flows.begin(), flows.end(), [&](const FlowOutcome& flow) {
        auto& [lost, answered] = fates[flow.source];
        (flow.answered ? answered : lost) = true;
        return lost && answered;
    });
}

/// What is so, without a cause: chance may still be one.
std::string separated(const std::vector<SourcePort>& ports) {
    constexpr double worth_saying = 0.01;
    const auto is_answered = [](const SourcePort& port) { return port.answered; };
    const auto answered = std::count_if(ports.begin(), ports.end(), is_answered);
    const auto all = static_cast<std::ptrdiff_t>(ports.size());
    const auto lost = static_cast<std::size_t>(all - answered);
    if (lost == 0 || answered == 0 || chance_of_run(lost, lost, ports.size()) > worth_saying) {
        return "";
    }
    const auto lowest = std::find_if(ports.begin(), ports.end(), is_answered);
    if (all - (lowest - ports.begin()) == answered) {
        return ": all of these from source ports below " + std::to_string(lowest->number);
    }
    const auto highest = std::find_if(ports.rbegin(), ports.rend(), is_answered);
    if (all - (highest - ports.rbegin()) == answered) {
        return ": all of these from source ports above " + std::to_string(highest->number);
    }
    return "";
}

/// "9 of 20 attempts on open ports were lost".
std::string loss_text(const Losses& losses, bool all) {
    return grouped_number(losses.lost) + (all ? " of " : " of the first ") +
           counted(losses.sent, "attempt") + " on open ports were lost";
}

/// `all`: no flow is left out.
std::string note(Protocol protocol, const std::vector<FlowOutcome>& flows, bool all) {
    const Losses losses = count(flows);
    if (losses.lost == 0) {
        return "";
    }
    const std::string name{to_string(protocol)};
    if (const auto side = lost_side(source_ports(flows))) {
        return name + ": no replies to source ports " + *side +
               ": a stateless rule for replies? (" + loss_text(losses, all) + ')';
    }
    if (lost_as_flows(flows, losses) && same_source_differs(flows)) {
        return name + ": " + grouped_number(losses.lost_flows) + " of " +
               counted(losses.flows, "flow") +
               " on open ports were lost, each of them whenever it was repeated: a dead path among "
               "several (ECMP, bonding)?";
    }
    const auto text = name + ": " + loss_text(losses, all);
    return losses.lost_flows == 0 ? text
                                  : text + ", and " + grouped_number(losses.lost_flows) + " of " +
                                        counted(losses.flows, "flow") + " got no reply" +
                                        separated(source_ports(flows));
}

}  // namespace

void FlowLog::add(const Endpoint& endpoint, Port source, bool answered, Nanoseconds sent_at) {
    const Key key{endpoint.protocol, source, endpoint.port};
    const auto known = flows_.find(key);
    if (known == flows_.end()) {
        if (flows_.size() < max_flows) {
            flows_[key] = {endpoint.protocol, source, endpoint.port, answered, 1, sent_at};
        }
        return;
    }
    FlowOutcome& flow = known->second;
    flow.answered = flow.answered || answered;
    flow.sent = static_cast<std::uint16_t>(std::min<unsigned>(flow.sent + 1U, 0xFFFF));
    flow.last_sent = std::max(flow.last_sent, sent_at);
}

std::vector<FlowOutcome> FlowLog::flows() const {
    std::vector<FlowOutcome> flows;
    flows.reserve(flows_.size());
    for (const auto& [key, flow] : flows_) {
        flows.push_back(flow);
    }
    return flows;
}

std::vector<std::string> flow_notes(std::span<const FlowOutcome> flows) {
    std::vector<std::string> notes;
    const bool all = flows.size() < FlowLog::max_flows;
    for (const Protocol protocol : all_protocols) {
        std::vector<FlowOutcome> own;
        std::copy_if(flows.begin(), flows.end(), std::back_inserter(own),
                     [protocol](const FlowOutcome& flow) { return flow.protocol == protocol; });
        if (auto text = note(protocol, own, all); !text.empty()) {
            notes.push_back(std::move(text));
        }
    }
    return notes;
}

}  // namespace pt::client
