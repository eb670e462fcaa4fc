#include "client/known_server.hpp"

#include <algorithm>

namespace pt::client {

void KnownServers::add(const Endpoint& endpoint, const ServerView& echo, TimePoint first_echo) {
    auto found = std::find_if(servers_.begin(), servers_.end(), [&](const KnownServer& server) {
        return server.address == endpoint.address && server.instance == echo.instance;
    });
    if (found == servers_.end()) {
        if (servers_.size() == max_servers) {
            return;
        }
        servers_.push_back({endpoint.address, echo.instance, {}, {}, first_echo, 0});
        found = servers_.end() - 1;
    }
    found->first_echo = std::min(found->first_echo, first_echo);
    found->session_frames = std::max(found->session_frames, echo.session_frames);
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
