#pragma once

#include <string_view>

#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"

/// Which ports of this machine, or of this container, programs listen on: so that a server can be
/// asked over loopback by somebody who does not know its ports.
namespace pt::client {

/// From the text of /proc/net/tcp, tcp6, udp or udp6 (proc(5)): the first `most` ports that are
/// reached over `loopback`, in the order of the text. A line that is no socket is passed over.
PortSet listening_ports(std::string_view table, Protocol protocol, const IpAddress& loopback,
                        std::size_t most);

/// A few TCP ports that are reached over `loopback`; UDP ports where there are none; empty where
/// there are neither.
PortSet listening_here(const IpAddress& loopback);

}  // namespace pt::client
