#include "client/conclude/path_notes.hpp"

#include <algorithm>

#include "client/result/path_facts.hpp"
#include "client/text/number_text.hpp"
#include "common/core/icmp_error.hpp"
#include "common/core/id_text.hpp"
#include "common/core/port_set.hpp"

namespace pt::client {
namespace {

/// A server chooses its own instance: what it can make a client keep is bounded.
constexpr std::size_t max_instances = 64;
constexpr std::size_t max_named_instances = 8;
constexpr std::size_t max_named_ports = 32;
constexpr std::size_t max_mapped = 64;

bool same_host(const IpAddress& a, const IpAddress& b) { return a.bytes() == b.bytes(); }

bool is_rewritten(const SocketAddress& seen, const SocketAddress& meant) {
    return seen.port != meant.port || !same_host(seen.address, meant.address);
}

bool refused_by_target(const Result& result) {
    const auto& icmp = result.findings->icmp;
    return icmp && meaning(*icmp) == IcmpMeaning::port_unreachable &&
           same_host(icmp->from, result.endpoint.address);
}

void note_count(std::size_t count, const char* what, std::vector<std::string>& notes) {
    if (count > 0) {
        notes.push_back(std::to_string(count) + what);
    }
}

}  // namespace

void PathNotes::add(const Result& result) {
    if (!result.findings || result.endpoint.address.is_unspecified()) {
        return;
    }
    if (result.findings->echo && result.seen) {
        add_echo(result);
        return;
    }
    if (result.endpoint.protocol == Protocol::udp && !result.findings->interrupted) {
        Place& place = places_[result.endpoint.address];
        place.refused_udp += refused_by_target(result) ? 1U : 0U;
        place.silent_udp += is_silent(*result.findings) ? 1U : 0U;
    }
}

void PathNotes::add_echo(const Result& result) {
    const ServerView& seen = *result.seen;
    Place& place = places_[result.endpoint.address];
    place.destination_rewritten = place.destination_rewritten ||
                                  is_rewritten(seen.destination, result.endpoint.socket_address());
    const bool known = place.instances.contains(seen.instance);
    if (!known && place.instances.size() == max_instances) {
        ++place.more_instances;
    } else {
        Instance& instance = place.instances[seen.instance];
        if (instance.ports.size() < max_named_ports) {
            instance.ports.push_back({result.endpoint.protocol, result.endpoint.port});
        } else {
            ++instance.more_ports;
        }
    }
    if (result.endpoint.protocol == Protocol::udp) {
        place.udp_echo = true;
        if (known_end(result.local) && !same_host(seen.source.address, result.local->address)) {
            Mapping& mapping = mappings_[*result.local];
            ++mapping.ports;
            if (mapping.seen_as.size() < max_mapped) {
                mapping.seen_as.insert(seen.source);
            }
        }
    }
}

/// RFC 4787 section 4.1: a NAT that keeps to one mapping shows the server one address and port for
/// one local port, whatever the destination port.
void PathNotes::note_mapping(Notes& notes) const {
    std::size_t ports = 0;
    std::size_t local_ports = 0;
    const Mapping* widest = nullptr;
    std::string first;
    for (const auto& [local, mapping] : mappings_) {
        if (mapping.ports < 2) {
            continue;
        }
        first = first.empty() ? local.to_string() : first;
        ports += mapping.ports;
        ++local_ports;
        if (widest == nullptr || mapping.seen_as.size() > widest->seen_as.size()) {
            widest = &mapping;
        }
    }
    if (widest == nullptr) {
        return;
    }
    const std::string who =
        "the NAT maps " +
        (local_ports == 1 ? first : "each of " + std::to_string(local_ports) + " local ports") +
        " to ";
    const auto most = widest->seen_as.size();
    const std::string one =
        local_ports == 1 ? widest->seen_as.begin()->to_string() : "one address and port";
    const std::string many = (most == max_mapped ? "at least " : "up to ") + std::to_string(most) +
                             " addresses and ports";
    notes.push_back(who + (most == 1 ? one : many) + " for " + std::to_string(ports) +
                    " UDP ports: " + (most == 1 ? "endpoint-independent" : "endpoint-dependent") +
                    " mapping (RFC 4787)");
}

/// Several instances behind one address: whether a device sends ports to several servers shows
/// where they saw the frames arrive. Otherwise several servers may run on the host.
void PathNotes::note_instances(const IpAddress& address, const Place& place, Notes& notes) {
    if (place.instances.size() < 2) {
        return;
    }
    const std::string count =
        (place.more_instances > 0 ? "more than " : "") + std::to_string(place.instances.size());
    std::string text =
        place.destination_rewritten
            ? address.to_string() + " leads to " + count + " pt-servers (load balancer or DNAT):"
            : count + " instances of pt-server answered at " + address.to_string() + ':';
    std::size_t named = 0;
    for (const auto& [id, instance] : place.instances) {
        if (named++ == max_named_instances) {
            text += " and more";
            break;
        }
        PortSet ports;
        for (const ProtocolPort& port : instance.ports) {
            ports.insert(port.protocol, port.port);
        }
        text += (named == 1 ? " " : "; ") + hex_id(id) + " on " + ports.to_string() +
                (instance.more_ports > 0 ? " and " + grouped_number(instance.more_ports) + " more"
                                         : "");
    }
    notes.push_back(std::move(text));
}

/// A host sends few ICMP errors, however many ports are probed: Linux one a second to each
/// destination (icmp(7), icmp_ratelimit), after a few at once.
void PathNotes::note_icmp_limit(const IpAddress& address, const Place& place, Notes& notes) {
    if (place.refused_udp > 0 && place.silent_udp > place.refused_udp && !place.udp_echo) {
        notes.push_back(address.to_string() + " refused " + counted(place.refused_udp, "UDP port") +
                        " by ICMP and did not answer on " + grouped_number(place.silent_udp) +
                        ": hosts limit these errors (Linux: one per second), so those ports may "
                        "be closed too; a pt-server on the host would tell");
    }
}

std::vector<std::string> PathNotes::text(const Duplicates& duplicates,
                                         const SessionCounters& counters) const {
    Notes notes;
    note_mapping(notes);
    for (const auto& [address, place] : places_) {
        note_instances(address, place, notes);
        note_icmp_limit(address, place, notes);
    }
    note_count(std::max<std::size_t>(duplicates.requests, counters.duplicates),
               " of our frames reached the server twice: duplicated on the forward path", notes);
    note_count(duplicates.echoes, " of the echoes came twice: duplicated on the return path",
               notes);
    note_count(counters.reordered,
               " of our frames were overtaken on the way there: reordered on the forward path",
               notes);
    note_count(counters.altered_padding, " of our frames were altered on the forward path", notes);
    return notes;
}

}  // namespace pt::client
