#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "common/core/port.hpp"
#include "server/serve/silence.hpp"

namespace pt::server {

/// What happened on one port of one protocol, over all its addresses.
struct PortCounters {
    std::uint64_t connections = 0;  ///< TCP: accepted
    std::uint64_t echoes = 0;
    std::uint64_t ignored = 0;  ///< frames, datagrams and streams that were not answered
    friend bool operator==(const PortCounters&, const PortCounters&) = default;
};

/// All that the server counts. At most one entry for each port that it holds.
class Counters {
public:
    using Key = std::pair<Protocol, Port>;

    void connected(Port port) { ++at(Protocol::tcp, port).connections; }
    void echoed(Protocol protocol, Port port) { ++at(protocol, port).echoes; }
    void ignored(Protocol protocol, Port port, Silence silence);

    PortCounters port(Protocol protocol, Port port) const;
    /// Only ports that anything happened on; in order.
    const std::map<Key, PortCounters>& ports() const { return ports_; }
    std::uint64_t silences(Protocol protocol, Silence silence) const;
    PortCounters total(Protocol protocol) const;

    /// Adds what another thread has counted.
    void add(const Counters& other);

    std::uint64_t closed_without_data = 0;  ///< connections that delivered no frame in time
    std::uint64_t closed_idle = 0;          ///< connections that fell silent after a frame
    std::uint64_t made_room = 0;            ///< connections that made room for others
    std::uint64_t queries = 0;              ///< answered, of both protocols
    std::uint64_t unsent = 0;               ///< UDP replies that the kernel did not take

private:
    using Silences = std::array<std::uint64_t, all_silences.size()>;

    PortCounters& at(Protocol protocol, Port port) { return ports_[{protocol, port}]; }

    std::map<Key, PortCounters> ports_;
    Silences tcp_{};
    Silences udp_{};
};

}  // namespace pt::server
