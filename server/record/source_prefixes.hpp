#pragma once

#include <cstdint>
#include <vector>

#include "common/core/endpoint.hpp"

namespace pt::server {

/// The networks that an address belongs to, from the widest to the narrowest, by those that one
/// user has as a rule: of IPv4 the /24 and the address itself; of IPv6 the /48, /56 and /64. Those
/// of different families or lengths may be equal: only their order tells them apart.
std::vector<std::uint64_t> source_prefixes(const IpAddress& address);

}  // namespace pt::server
