#pragma once

#include <map>
#include <tuple>

#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"
#include "common/core/timing.hpp"

namespace pt::server {

/// Which listening sockets the server cannot use at the moment, as its own calls on them keep
/// failing: accept(2) for want of descriptors, say. Their silence tells nothing of the network.
/// Each socket is in here at most once. Pure.
class DeafSockets {
public:
    /// `bound` is the socket's own address; port 0: it stands for all ports.
    void note_failing(Protocol protocol, const SocketAddress& bound);
    /// One that was failing works again.
    void note_working(Protocol protocol, const SocketAddress& bound, TimePoint now);
    /// One call failed, on a connection to this local address say.
    void note_failure(Protocol protocol, const SocketAddress& local, TimePoint now);

    /// All ports of a local address for which `any` holds.
    PortSet ports(const IpAddress& at, TimePoint since) const;
    /// Whether one that serves a port of a local address is failing, or was at a time since then.
    bool any(Protocol protocol, const IpAddress& at, Port port, TimePoint since) const;

private:
    using Key = std::tuple<Protocol, Port, IpAddress>;
    struct Entry {
        unsigned failing = 0;  ///< sockets of different threads
        TimePoint until{};     ///< when the last one worked again
    };
    static bool counts(const Entry& entry, TimePoint since) {
        return entry.failing > 0 || entry.until >= since;
    }
    bool any_of(const Key& key, TimePoint since) const;

    std::map<Key, Entry> sockets_;
};

}  // namespace pt::server
