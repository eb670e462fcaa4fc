#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "common/core/port.hpp"

/// The service names that IANA has registered for port numbers (RFC 6335), embedded in the program:
/// a container without /etc/services names the same services as any other host.
namespace pt {

/// The registered name for a port, or "" where none is. TCP and UDP are looked up apart.
std::string_view service_name(Protocol protocol, Port port);

/// The ports that a name (letters of either case) stands for with one protocol, in order. The names
/// are the registry's, those of Debian's /etc/services (package netbase), and a few that people use
/// instead: "dns", "rdp". More than one port: the name is ambiguous, as "http-alt" is.
std::vector<Port> service_ports(Protocol protocol, std::string_view name);

/// Whether the registry itself has the name for the protocol.
bool is_registered(Protocol protocol, std::string_view name);

/// Whether a name without a protocol means UDP: it is registered for UDP alone, or only UDP carries
/// its service in practice ("ntp", "snmp", "tftp"), whatever the registry lists.
bool means_udp(std::string_view name);

/// Whether services commonly use the port with TCP and with UDP, as DNS (53) and HTTP (443, HTTP/3
/// over QUIC) do.
bool is_used_with_both(Port port);

/// The port of a name that stands for exactly one.
std::optional<Port> service_port(Protocol protocol, std::string_view name);

/// A known name that is one slip (a letter left out, added, changed or swapped with its neighbour)
/// from `name`, whatever the protocol, for "did you mean"; "" where none is.
std::string_view similar_service_name(std::string_view name);

}  // namespace pt
