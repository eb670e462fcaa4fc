#pragma once

#include "common/core/endpoint.hpp"

namespace pt::net {

/// What the kernel's neighbour table (ARP, neighbour discovery) says of the next hop towards an
/// address: rtnetlink(7), which takes no privilege.
enum class Neighbour {
    unknown,    ///< no entry, no route, or the kernel does not tell
    reachable,  ///< it has answered for its address
    missing     ///< nobody has answered for its address, as far as it was asked
};

/// `on_link`: the next hop is the address itself.
struct NextHop {
    Neighbour state = Neighbour::unknown;
    bool on_link = false;
};

NextHop next_hop(const IpAddress& address);

}  // namespace pt::net
