#pragma once

#include <cstddef>
#include <optional>

#include "common/core/port_set.hpp"

/// Settings of this network namespace that the server minds, and never changes (sysctl(8)).
namespace pt::server {

/// The ports that the kernel gives to outgoing traffic, of both protocols and families
/// (net.ipv4.ip_local_port_range); Linux's default where it is not told.
PortSet ephemeral_ports();

/// How often the kernel sends a SYN-ACK again (net.ipv4.tcp_synack_retries, for both families);
/// Linux's default where it is not told.
int synack_retries();

/// The longest queue of connections that a listener may have (net.core.somaxconn).
std::optional<std::size_t> max_accept_queue();

}  // namespace pt::server
