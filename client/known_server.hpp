#pragma once

#include <cstdint>
#include <vector>

#include "common/core/endpoint.hpp"

namespace pt::client {

/// A pt-server that has proved itself by echoes in this run, and the ports to ask it over. Behind
/// one address there may be several (a load balancer, DNAT): instances tell them apart.
struct KnownServer {
    IpAddress address;
    std::uint64_t instance = 0;
    std::vector<Port> tcp;  ///< a few that proved open
    std::vector<Port> udp;
};

/// The servers of a run, from its echoes.
class KnownServers {
public:
    /// An echo came from here.
    void add(const Endpoint& endpoint, std::uint64_t instance);

    bool at(const IpAddress& address) const;
    bool empty() const { return servers_.empty(); }
    const std::vector<KnownServer>& all() const { return servers_; }

    /// Instances are the server's own word: no more than this many are told apart.
    static constexpr std::size_t max_servers = 256;
    static constexpr std::size_t max_ports = 4;

private:
    std::vector<KnownServer> servers_;
};

}  // namespace pt::client
