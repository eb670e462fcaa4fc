#pragma once

#include <vector>

#include "common/core/port_set.hpp"
#include "common/net/log_event.hpp"
#include "server/ports/port_holder.hpp"
#include "server/ports/port_table.hpp"

namespace pt::server {

/// For each of the ports asked for that another program has: which, and how to find the program; of
/// a great many only the first. `holders`: what holds them, as far as that is known. Pure.
std::vector<net::LogEvent> in_use_events(const PortTable& table, const PortSet& asked,
                                         const PortHolders& holders = {});

}  // namespace pt::server
