#include "server/ports/port_table.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

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

std::string describe_state(PortState state, int error) {
    std::string text{to_string(state)};
    switch (state) {
        case PortState::failed: return text + ": " + std::strerror(error);
        case PortState::address_not_available:
            return text + (error == EAFNOSUPPORT ? ": IPv6 is disabled on this host"
                                                 : ": this host does not have it");
        case PortState::not_asked:
        case PortState::listening:
        case PortState::in_use:
        case PortState::no_permission:
        case PortState::no_descriptors:
        case PortState::ephemeral_range:
        case PortState::deaf: break;
    }
    return text;
}

PortCount count_ports(const PortTable& table) {
    PortCount count;
    for (auto entry = table.begin(); entry != table.end();) {
        const auto end = std::find_if(entry, table.end(), [&](const PortEntry& other) {
            return other.protocol != entry->protocol || other.port != entry->port;
        });
        const auto listens = [](const PortEntry& one) { return one.state == PortState::listening; };
        const std::size_t ports = std::size_t{1} + entry->more;
        const bool listening = std::any_of(entry, end, listens);
        (listening ? count.listening : count.not_listening) += ports;
        count.partly += listening && !std::all_of(entry, end, listens) ? ports : 0;
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

}  // namespace pt::server
