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
/// If the registry lists several, the lowest. Besides the registry's names, a few that people
/// say instead are known: "dns", "rdp".
std::optional<Port> service_port(Protocol protocol, std::string_view name);

/// A known name that is one slip (a letter left out, added, changed or swapped with its neighbour)
/// from `name`, whatever the protocol, for "did you mean"; "" where none is.
std::string_view similar_service_name(std::string_view name);

}  // namespace pt
