#pragma once

#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"
#include "common/core/timing.hpp"
#include "server/ports/port_table.hpp"

namespace pt::server {

/// What became of the ports that were asked for, by address: another address of this host, even of
/// the same family, may be none of pt-server's.
class PortStates {
public:
    /// What became of a port since a time, where that changes while the server runs; nothing where
    /// the table holds.
    using Source =
        std::function<std::optional<PortState>(Protocol protocol, Port port, TimePoint since)>;

    /// Replaces what was said before.
    void set(const PortTable& table);
    /// A port of the table that is held since then only: who asks since when it is held, or from
    /// before, learns that it is not held.
    void note_opened(Protocol protocol, Port port, TimePoint now) {
        opened_[{protocol, port}] = now;
    }
    /// Outweighs the table, for ports and addresses that are in it. `lost` tells which ports of
    /// the table are not held at the moment.
    void set_source(Source source, std::function<PortSet()> lost) {
        source_ = std::move(source);
        lost_ = std::move(lost);
    }

    /// Of a local address of this host.
    PortState state(const IpAddress& at, Protocol protocol, Port port, TimePoint since) const;

    /// The addresses in the table, an unspecified one for all of its family; and the ports that
    /// are held on one at the moment.
    std::vector<IpAddress> addresses() const;
    PortSet held(const IpAddress& address) const;

private:
    struct OfAddress {
        IpAddress address;
        std::vector<PortState> states;  ///< of all TCP ports, then of all UDP ports
    };

    const OfAddress* find(const IpAddress& address) const;
    PortState state(const OfAddress& of, Protocol protocol, Port port, TimePoint since) const;

    std::vector<OfAddress> addresses_;
    std::map<std::pair<Protocol, Port>, TimePoint> opened_;
    Source source_;
    std::function<PortSet()> lost_;
};

}  // namespace pt::server
