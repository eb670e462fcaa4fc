#pragma once

#include "server/ports/port_table.hpp"

/// Rows of port tables, as tests of reports need them.
namespace pt::server {

inline const IpAddress any_v4{IpAddress::V4Bytes{}};
inline const IpAddress any_v6;

inline PortEntry entry(Protocol protocol, const IpAddress& address, std::uint16_t port,
                       int error = 0) {
    return {protocol, address, Port{port}, state_of_error(error), error};
}

inline void add_both(PortTable& table, Protocol protocol, std::uint16_t port, int error = 0) {
    table.push_back(entry(protocol, any_v4, port, error));
    table.push_back(entry(protocol, any_v6, port, error));
}

}  // namespace pt::server
