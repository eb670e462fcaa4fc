#pragma once

#include <string>

#include "client/result/result.hpp"
#include "client/watch/wall_clock.hpp"
#include "client/watch/watched_port.hpp"

namespace pt::client {

/// "new connections: no reply since 12:00:03.204 (last reply 12:00:03.004); the established
/// connection continues".
std::string describe(const WatchedPort& port, const PortEvent& event, const WallClock& now);

/// "no reply", "pt-server replies".
std::string describe(FlowState state);

}  // namespace pt::client
