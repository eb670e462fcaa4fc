#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/probe/socket_setup.hpp"
#include "common/core/endpoint.hpp"

/// Why --source-port cannot be bound. Whoever failed to bind it asks here.
namespace pt::client {

/// From the texts of /proc/net/tcp and tcp6 (proc(5)), one behind the other: whether the port is
/// kept by connections alone that are at their end (TIME_WAIT and before), and comes free by
/// itself.
bool comes_free(std::string_view tables, Port port);

/// Whether a TCP socket cannot have the port now, and waiting is of no use: another program listens
/// on it, or has bound it.
bool is_taken(const SourceSettings& source, int family);

/// What to say of an error on this machine that the choice of the source port has caused; "" where
/// it has not. `local` is where the probe was sent from, as far as it got.
std::string source_port_reason(const SourceSettings& source, const Endpoint& endpoint,
                               const std::optional<SocketAddress>& local, int local_error);

}  // namespace pt::client
