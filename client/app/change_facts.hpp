#pragma once

#include <string>
#include <vector>

#include "client/watch/wall_clock.hpp"
#include "client/watch/watched_port.hpp"

namespace pt::client {

/// What the environment of a command tells of a change: "PT_STATE=no-reply" and so on, as the
/// manual page lists them.
std::vector<std::string> change_facts(const WatchedPort& port, const PortEvent& event,
                                      const WallClock& now);

}  // namespace pt::client
