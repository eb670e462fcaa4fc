#pragma once

#include <set>
#include <string>

#include "common/core/endpoint.hpp"

namespace pt::net {

/// Those of the addresses whose packets this host delivers to itself, whatever network interface
/// has the address (rtnetlink(7), RTN_LOCAL). `interface` is the one that packets are bound to, or
/// "". What the kernel does not say is not among them. Sends nothing to a network.
std::set<IpAddress> local_destinations(const std::set<IpAddress>& addresses,
                                       const std::string& interface);

}  // namespace pt::net
