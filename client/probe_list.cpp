#include "client/probe_list.hpp"

#include <algorithm>

namespace pt::client {
namespace {

void add_ports(std::vector<Probe>& probes, std::uint32_t host, const IpAddress& address,
               const PortSet& ports, bool resolved) {
    for (const PortSet::Range& range : ports.ranges()) {
        for (std::uint32_t port = to_number(range.first); port <= to_number(range.last); ++port) {
            Probe probe;
            probe.host = host;
            probe.endpoint = {range.protocol, address, Port{static_cast<std::uint16_t>(port)}};
            probe.name_unresolved = !resolved;
            probes.push_back(probe);
        }
    }
}

std::size_t count(const Targets& targets, const std::vector<net::Resolution>& resolutions,
                  bool all_addresses) {
    std::size_t sum = 0;
    for (std::size_t host = 0; host < targets.size(); ++host) {
        const std::size_t addresses = all_addresses ? resolutions[host].addresses.size() : 1;
        sum += targets[host].ports->size() * std::max<std::size_t>(addresses, 1);
    }
    return sum;
}

}  // namespace

std::vector<Probe> list_probes(const Targets& targets,
                               const std::vector<net::Resolution>& resolutions,
                               bool all_addresses) {
    std::vector<Probe> probes;
    probes.reserve(count(targets, resolutions, all_addresses));
    for (std::uint32_t host = 0; host < targets.size(); ++host) {
        const auto& addresses = resolutions[host].addresses;
        const PortSet& ports = *targets[host].ports;
        if (addresses.empty()) {
            add_ports(probes, host, IpAddress{}, ports, false);
        }
        for (const IpAddress& address : addresses) {
            add_ports(probes, host, address, ports, true);
            if (!all_addresses) {
                break;
            }
        }
    }
    return probes;
}

}  // namespace pt::client
