#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"
#include "common/net/descriptor.hpp"
#include "server/ports/port_table.hpp"

/// Opens the sockets that the server listens with, and keeps an account of those it cannot have.
namespace pt::server {

/// A bound, non-blocking socket; TCP ones listen. Its own port is 0 where it stands for all ports
/// that are steered to it.
struct OpenSocket {
    Protocol protocol = Protocol::tcp;
    SocketAddress address;
    unsigned thread = 0;  ///< that it is for; the kernel spreads a port's packets over them
    net::Descriptor descriptor;
    /// UDP that stands for all ports: a raw socket to reply from any of them.
    net::Descriptor any_port = {};
};

struct OpenResult {
    PortTable table;
    /// One for each entry that listens and each thread, in the entries' order.
    std::vector<OpenSocket> sockets;
};

/// 0.0.0.0 and ::, less a family that this machine does not have.
std::vector<IpAddress> default_addresses();

/// One socket for each port and address. Port 0: the kernel chooses, the same port on all
/// addresses. Descriptors from `descriptor_ceiling` on are left for connections.
/// `before_listening` is called with each TCP socket's descriptor.
using BeforeListening = std::function<void(int descriptor)>;
OpenResult open_sockets(const PortSet& ports, const std::vector<IpAddress>& addresses,
                        std::size_t descriptor_ceiling, unsigned threads = 1,
                        const BeforeListening& before_listening = {});

}  // namespace pt::server
