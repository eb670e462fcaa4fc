#pragma once

#include <cstdint>
#include <vector>

#include "client/result.hpp"
#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// A pt-server that has proved itself by echoes in this run, and the ports to ask it over. Behind
/// one address there may be several (a load balancer, DNAT): instances tell them apart.
struct KnownServer {
    IpAddress address;
    std::uint64_t instance = 0;
    std::vector<Port> tcp;  ///< a few that proved open
    std::vector<Port> udp;
    TimePoint first_echo{};            ///< when that came here
    std::uint32_t session_frames = 0;  ///< the most frames of ours that it said it had seen
};

/// The servers of a run, from its echoes.
class KnownServers {
public:
    /// An endpoint's echo, by what it tells; its first one came then.
    void add(const Endpoint& endpoint, const ServerView& echo, TimePoint first_echo);

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
