#include "client/conclude/known_server.hpp"

#include <algorithm>

namespace pt::client {

bool is_source_rewritten(const SocketAddress& local, const ServerView& echo) {
    return !local.address.is_unspecified() && !echo.source.address.is_unspecified() &&
           local.address.bytes() != echo.source.address.bytes();
}

void KnownServers::add(const Endpoint& endpoint, const ServerView& echo,
                       std::optional<TimePoint> first_echo,
                       const std::optional<SocketAddress>& local) {
    auto found = std::find_if(servers_.begin(), servers_.end(), [&](const KnownServer& server) {
        return server.address == endpoint.address && server.instance == echo.instance;
    });
    if (found == servers_.end()) {
        if (servers_.size() == max_servers) {
            return;
        }
        servers_.push_back({endpoint.address, echo.instance, {}, {}, {}, first_echo, {}});
        found = servers_.end() - 1;
    }
    if (first_echo) {
        found->first_echo = std::min(found->first_echo.value_or(*first_echo), *first_echo);
    }
    found->session_frames = std::max(found->session_frames, echo.session_frames);
    found->source_rewritten =
        found->source_rewritten || (local && is_source_rewritten(*local, echo));
    if (endpoint.protocol == Protocol::tcp && echo.destination.port != endpoint.port) {
        found->rewrites_ports = true;
        if (found->rewritten_to.size() < max_rewritten) {
            found->rewritten_to.insert(echo.destination.port);
        }
    }
    auto& ports = endpoint.protocol == Protocol::tcp ? found->tcp : found->udp;
    if (ports.size() < max_ports) {
        ports.push_back(endpoint.port);
    }
}

void KnownServers::add_udp_flow(const Endpoint& endpoint, std::uint64_t instance, Port source) {
    for (KnownServer& server : servers_) {
        if (server.address == endpoint.address && server.instance == instance &&
            server.udp_flows.size() < max_ports) {
            server.udp_flows.emplace_back(endpoint.port, source);
        }
    }
}

void KnownServers::note_round_trip(const IpAddress& address, std::uint64_t instance,
                                   Nanoseconds rtt) {
    for (KnownServer& server : servers_) {
        if (server.address == address && server.instance == instance && rtt > Nanoseconds{}) {
            server.min_rtt = server.min_rtt == Nanoseconds{} ? rtt : std::min(server.min_rtt, rtt);
        }
    }
}

bool KnownServers::is_rewritten_to(const IpAddress& address, Port port) const {
    return std::any_of(servers_.begin(), servers_.end(), [&](const KnownServer& server) {
        return server.address == address &&
               (server.rewritten_to.contains(port) || server.rewritten_to.size() == max_rewritten);
    });
}

bool KnownServers::at(const IpAddress& address) const {
    return std::any_of(servers_.begin(), servers_.end(),
                       [&](const KnownServer& server) { return server.address == address; });
}

std::optional<ProtocolPort> KnownServers::open_port(const IpAddress& address) const {
    std::optional<ProtocolPort> udp;
    for (const KnownServer& server : servers_) {
        if (server.address != address) {
            continue;
        }
        if (!server.tcp.empty()) {
            return ProtocolPort{Protocol::tcp, server.tcp.front()};
        }
        if (!udp && !server.udp.empty()) {
            udp = ProtocolPort{Protocol::udp, server.udp.front()};
        }
    }
    return udp;
}

void KnownServers::mark_unanswered(const IpAddress& address, std::uint64_t instance,
                                   bool led_elsewhere) {
    for (KnownServer& server : servers_) {
        if (server.address == address && server.instance == instance) {
            server.query_unanswered = true;
            server.query_led_elsewhere = led_elsewhere;
        }
    }
}

ServerKnowledge KnownServers::knowledge(const IpAddress& address,
                                        const ServerRecords::Summary& answers) const {
    ServerKnowledge known;
    known.stalled = answers.stalled;
    known.address_rewritten = answers.rewritten;
    known.port_rewritten = answers.gone_astray;
    known.exact_record = answers.exact;
    for (const KnownServer& server : servers_) {
        if (server.address == address) {
            known.seen = true;
            known.source_rewritten = known.source_rewritten || server.source_rewritten;
            known.query_unanswered = known.query_unanswered || server.query_unanswered;
            known.stopped_answering =
                known.stopped_answering || (server.query_unanswered && !server.query_led_elsewhere);
            // The kernel refuses attempts on ports that nobody holds: no poll finds a trace.
            known.ports_unwatched =
                known.ports_unwatched || (server.rewrites_ports && !known.exact_record);
        }
    }
    return known;
}

}  // namespace pt::client
