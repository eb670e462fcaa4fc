#include "client/path_notes.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "client/number_text.hpp"
#include "common/core/icmp_error.hpp"
#include "common/core/port_set.hpp"

namespace pt::client {
namespace {

/// RFC 4787 section 4.1: all UDP probes of a family leave from one socket, so a NAT that keeps to
/// one mapping shows the server one address and port, whatever the destination port.
void note_mapping(const std::vector<Probe>& probes, std::vector<std::string>& notes) {
    std::map<SocketAddress, std::set<SocketAddress>> seen_as;
    std::map<SocketAddress, std::size_t> ports;
    for (const Probe& probe : probes) {
        if (probe.endpoint.protocol == Protocol::udp && probe.findings.echo && probe.seen &&
            probe.local && probe.seen->source.address.bytes() != probe.local->address.bytes()) {
            seen_as[*probe.local].insert(probe.seen->source);
            ++ports[*probe.local];
        }
    }
    for (const auto& [local, mapped] : seen_as) {
        if (ports[local] < 2) {
            continue;
        }
        const std::string who = "the NAT maps " + local.to_string() + " to ";
        notes.push_back(mapped.size() == 1
                            ? who + mapped.begin()->to_string() + " for all " +
                                  std::to_string(ports[local]) +
                                  " UDP ports: endpoint-independent mapping (RFC 4787)"
                            : who + std::to_string(mapped.size()) + " addresses and ports for " +
                                  std::to_string(ports[local]) +
                                  " UDP ports: endpoint-dependent mapping (RFC 4787)");
    }
}

/// A load balancer or a DNAT sends ports of one address to several servers.
void note_instances(const std::vector<Probe>& probes, std::vector<std::string>& notes) {
    std::map<IpAddress, std::map<std::uint64_t, PortSet>> ports;
    for (const Probe& probe : probes) {
        if (probe.findings.echo && probe.seen) {
            ports[probe.endpoint.address][probe.seen->instance].insert(probe.endpoint.protocol,
                                                                       probe.endpoint.port);
        }
    }
    constexpr std::size_t most_named = 8;
    for (const auto& [address, instances] : ports) {
        if (instances.size() < 2) {
            continue;
        }
        std::string text = address.to_string() + " leads to " + std::to_string(instances.size()) +
                           " pt-servers (load balancer or DNAT):";
        std::size_t named = 0;
        for (const auto& [instance, set] : instances) {
            if (named++ == most_named) {
                text += " and more";
                break;
            }
            text += (named == 1 ? " " : "; ") + hex_id(instance) + " on " + set.to_string();
        }
        notes.push_back(std::move(text));
    }
}

bool refused_by_target(const Probe& probe) {
    return probe.findings.icmp && meaning(*probe.findings.icmp) == IcmpMeaning::port_unreachable &&
           probe.findings.icmp->from.bytes() == probe.endpoint.address.bytes();
}

/// A host sends few ICMP errors, however many ports are asked: Linux one a second to each
/// destination (icmp(7), icmp_ratelimit), after a few at once.
void note_icmp_limit(const std::vector<Probe>& probes, std::vector<std::string>& notes) {
    struct Counts {
        std::size_t refused = 0;
        std::size_t silent = 0;
        bool echoed = false;  ///< then pt-server tells which ports it holds
    };
    std::map<IpAddress, Counts> by_address;
    for (const Probe& probe : probes) {
        if (probe.endpoint.protocol != Protocol::udp || !probe.finished) {
            continue;
        }
        Counts& counts = by_address[probe.endpoint.address];
        counts.refused += refused_by_target(probe) ? 1U : 0U;
        counts.silent += is_silent(probe.findings) ? 1U : 0U;
        counts.echoed = counts.echoed || probe.findings.echo;
    }
    for (const auto& [address, counts] : by_address) {
        if (counts.refused > 0 && counts.silent > counts.refused && !counts.echoed) {
            notes.push_back(address.to_string() + " refused " +
                            counted(counts.refused, "UDP port") + " by ICMP and was silent on " +
                            grouped_number(counts.silent) +
                            ": hosts send few such errors (Linux one a second), so those may be "
                            "closed, too; pt-server on the host would tell");
        }
    }
}

void note_count(std::size_t count, const char* what, std::vector<std::string>& notes) {
    if (count > 0) {
        notes.push_back(std::to_string(count) + what);
    }
}

}  // namespace

std::vector<std::string> path_notes(const std::vector<Probe>& probes, const Duplicates& duplicates,
                                    const SessionCounters& counters) {
    std::vector<std::string> notes;
    note_mapping(probes, notes);
    note_instances(probes, notes);
    note_icmp_limit(probes, notes);
    note_count(std::max<std::size_t>(duplicates.requests, counters.duplicates),
               " of our frames reached the server twice: duplicated on the way there", notes);
    note_count(duplicates.echoes, " of the echoes came twice: duplicated on the way back", notes);
    note_count(counters.reordered, " of our frames were overtaken on the way there", notes);
    note_count(counters.altered_padding, " of our frames were altered on the way there", notes);
    return notes;
}

}  // namespace pt::client
