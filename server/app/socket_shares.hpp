#pragma once

#include <cstddef>
#include <vector>

#include "server/ports/open_sockets.hpp"
#include "server/ports/port_table.hpp"

namespace pt::server {

/// Descriptors from this one on are not for ports, so that there is something to accept with.
std::size_t descriptor_ceiling(std::size_t limit);

/// Both tables as one, in a table's order.
PortTable merge(PortTable left, const PortTable& right);

/// Each thread's sockets; those of one port are spread over the threads.
std::vector<std::vector<OpenSocket>> share_out(std::vector<OpenSocket> sockets, unsigned threads);

}  // namespace pt::server
