#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "client/conclude/conclude.hpp"
#include "client/conclude/journal.hpp"
#include "client/result/result.hpp"
#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// A pt-server that has proved itself by echoes in this scan, and the ports to ask it over. Behind
/// one address there may be several (a load balancer, DNAT): instances tell them apart.
struct KnownServer {
    IpAddress address;
    std::uint64_t instance = 0;
    std::vector<Port> tcp;  ///< a few that proved open
    std::vector<Port> udp;
    /// To it: where a balancer stands in front, others lead to other servers.
    std::vector<std::pair<Port, Port>> udp_flows;  ///< that worked: their port, our source port
    std::optional<TimePoint> first_echo{};         ///< when that of a recorded request came here
    Nanoseconds min_rtt{};             ///< shortest round trip of its echoes; 0: not known
    std::uint32_t session_frames = 0;  ///< the most frames of ours that it said it had recorded
    bool query_unanswered = false;
    bool query_led_elsewhere = false;  ///< unanswered, but by another pt-server at the address
    bool source_rewritten = false;     ///< an echo tells of another source address than ours (NAT)
    bool rewrites_ports = false;       ///< a TCP echo tells of another port than was probed (DNAT)
    std::set<Port> rewritten_to{};     ///< those other ports, up to `max_rewritten`
};

/// Whether an echo tells that our source address is rewritten on the path (NAT).
bool is_source_rewritten(const SocketAddress& local, const ServerView& echo);

/// The servers of a scan, from its echoes.
class KnownServers {
public:
    /// An endpoint's echo, by what it tells; the first one of a recorded request came then. `local`
    /// is our end of its flow, if that is known.
    void add(const Endpoint& endpoint, const ServerView& echo, std::optional<TimePoint> first_echo,
             const std::optional<SocketAddress>& local = {});

    /// An echo of the server with this instance came to that source port of ours.
    void add_udp_flow(const Endpoint& endpoint, std::uint64_t instance, Port source);

    /// How long an echo of the server with this instance took.
    void note_round_trip(const IpAddress& address, std::uint64_t instance, Nanoseconds rtt);

    bool at(const IpAddress& address) const;
    /// A port of a server at the address to ask it over; TCP is preferred.
    std::optional<ProtocolPort> open_port(const IpAddress& address) const;
    /// A query to the server with this instance at this address was not answered; `led_elsewhere`:
    /// another one replied in its place.
    void mark_unanswered(const IpAddress& address, std::uint64_t instance, bool led_elsewhere);
    /// What is known of the servers at an address, with what their answers tell.
    ServerKnowledge knowledge(const IpAddress& address,
                              const ServerRecords::Summary& answers) const;
    bool empty() const { return servers_.empty(); }
    const std::vector<KnownServer>& all() const { return servers_; }

    /// Instances are the server's own word: no more than this many are told apart.
    static constexpr std::size_t max_servers = 256;
    static constexpr std::size_t max_ports = 4;
    static constexpr std::size_t max_rewritten = 4096;
    /// Whether attempts on other TCP ports were sent on to this one: what arrived there may be
    /// theirs.
    bool is_rewritten_to(const IpAddress& address, Port port) const;

private:
    std::vector<KnownServer> servers_;
};

}  // namespace pt::client
