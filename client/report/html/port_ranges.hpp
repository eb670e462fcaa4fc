#pragma once

#include <cstddef>
#include <string>

#include "common/core/port_set.hpp"

namespace pt::client {

/// A set of ports as HTML, as a port spec that may be broken behind each comma: "tcp/22,80-90
/// udp/53". Behind `max_ranges`, it says how many are left out.
std::string ranges_html(const PortSet& ports, std::size_t max_ranges = 1000);

}  // namespace pt::client
