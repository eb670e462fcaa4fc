#include "client/known_server.hpp"

#include <algorithm>

namespace pt::client {

void KnownServers::add(const Endpoint& endpoint, std::uint64_t instance) {
    auto found = std::find_if(servers_.begin(), servers_.end(), [&](const KnownServer& server) {
        return server.address == endpoint.address && server.instance == instance;
    });
    if (found == servers_.end()) {
        if (servers_.size() == max_servers) {
            return;
        }
        servers_.push_back({endpoint.address, instance, {}, {}});
        found = servers_.end() - 1;
    }
    auto& ports = endpoint.protocol == Protocol::tcp ? found->tcp : found->udp;
    if (ports.size() < max_ports) {
        ports.push_back(endpoint.port);
    }
}

bool KnownServers::at(const IpAddress& address) const {
    return std::any_of(servers_.begin(), servers_.end(),
                       [&](const KnownServer& server) { return server.address == address; });
}

}  // namespace pt::client
