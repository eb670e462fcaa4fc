#include "server/port_table.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace pt::server {

PortState state_of_error(int error) {
    switch (error) {
        case 0: return PortState::listening;
        case EADDRINUSE: return PortState::in_use;
        case EACCES:
        case EPERM: return PortState::no_permission;
        case EMFILE:
        case ENFILE: return PortState::no_descriptors;
        case EADDRNOTAVAIL:
        case EAFNOSUPPORT: return PortState::address_not_available;
        default: return PortState::failed;
    }
}

PortCount count_ports(const PortTable& table) {
    PortCount count;
    for (auto entry = table.begin(); entry != table.end();) {
        const auto end = std::find_if(entry, table.end(), [&](const PortEntry& other) {
            return other.protocol != entry->protocol || other.port != entry->port;
        });
        const bool listening = std::any_of(
            entry, end, [](const PortEntry& one) { return one.state == PortState::listening; });
        ++(listening ? count.listening : count.not_listening);
        entry = end;
    }
    return count;
}

ExitCode start_decision(const PortTable& table, Strictness strictness) {
    const auto listens = [](const PortEntry& entry) { return entry.state == PortState::listening; };
    if (strictness == Strictness::strict && !std::all_of(table.begin(), table.end(), listens)) {
        return ExitCode::port_not_bound;
    }
    return std::any_of(table.begin(), table.end(), listens) ? ExitCode::stopped
                                                            : ExitCode::cannot_serve;
}

PortSet well_known_ports() {
    constexpr std::array<std::uint16_t, 8> tcp{22, 25, 53, 80, 110, 143, 443, 3389};
    constexpr std::array<std::uint16_t, 2> udp{53, 123};
    PortSet ports;
    for (const auto number : tcp) {
        ports.insert(Protocol::tcp, Port{number});
    }
    for (const auto number : udp) {
        ports.insert(Protocol::udp, Port{number});
    }
    return ports;
}

}  // namespace pt::server
