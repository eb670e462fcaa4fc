#pragma once

#include <string>
#include <vector>

#include "client/report/watch/watch_report.hpp"

namespace pt::client {

/// The lines of a table of the ports as they are now, none longer than the screen is wide; where
/// there is no room for all, those that are not available come first and the rest is counted.
std::vector<std::string> live_table(const std::vector<WatchedPort>& ports, const WallClock& now,
                                    const Screen& screen);

/// At the end: for each port its availability, its round trips and its outages.
std::string watch_summary(const std::vector<WatchedPort>& ports, const WatchEnd& how,
                          const WallClock& now);

/// "web.example tcp/443"; where there is one host, the port alone.
std::string port_name(const WatchedPort& port, bool several_hosts);

bool has_several_hosts(const std::vector<WatchedPort>& ports);

}  // namespace pt::client
