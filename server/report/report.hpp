#pragma once

#include <string>

#include "server/ports/port_table.hpp"
#include "server/serve/counters.hpp"

/// What pt-server prints about its ports. Pure: values in, text out.
namespace pt::server {

/// The start-up table: a row for each protocol and port, or for each address where they differ;
/// neighbouring ports with the same story share a row once there are many. Rows that want a remedy
/// are followed by one line with it. Without the last line.
std::string port_report(const PortTable& table);

/// "pt-server ready: 12 ports listening, 1 not\n": what scripts wait for.
std::string ready_line(const PortTable& table);

/// The totals at the end: a row for each protocol and port on which anything happened, each
/// protocol's sum, and why frames were not answered.
std::string totals_report(const PortTable& table, const Counters& counters);

}  // namespace pt::server
