#pragma once

#include <optional>
#include <string_view>

#include "common/core/port.hpp"

/// The service names that IANA has registered for port numbers (RFC 6335), embedded in the program:
/// a container without /etc/services names the same services as any other host.
namespace pt {

/// The registered name for a port, or "" where none is. TCP and UDP are looked up apart.
std::string_view service_name(Protocol protocol, Port port);

/// The port that a name (letters of either case) is registered for with one protocol.
/// If the registry lists several, the lowest.
std::optional<Port> service_port(Protocol protocol, std::string_view name);

}  // namespace pt
