#pragma once

#include <string_view>

namespace pt::server {

/// Tells the service manager that started us about our state, as in "READY=1" (sd_notify(3)): one
/// datagram to the socket that the environment variable NOTIFY_SOCKET names. Nothing happens where
/// it names none. What cannot be sent is logged: a manager that cannot be reached is no reason to
/// stop.
void notify_manager(std::string_view state);

}  // namespace pt::server
