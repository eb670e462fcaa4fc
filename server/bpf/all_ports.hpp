#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"
#include "server/bpf/steering_keeper.hpp"
#include "server/ports/open_sockets.hpp"

/// `pt-server --all`: every port of a protocol, without a socket for each.
namespace pt::server {

struct AllPorts {
    /// Of what is steered and what is left out; stretches of ports share an entry.
    PortTable table;
    /// One for each protocol, family and thread, which packets for all the steered ports come to.
    std::vector<OpenSocket> sockets;
    /// Keeps the steering; nothing where nothing is steered.
    std::unique_ptr<SteeringKeeper> keeper;
    /// What could not be steered: to be opened port by port. Never an ephemeral port, as whole
    /// ranges of those would be missing to the host's own outgoing traffic.
    PortSet one_by_one;
};

/// Takes the ports that are wanted on these addresses, as far as the kernel permits: what it does
/// not permit, and why, goes to the log.
AllPorts take_all_ports(const PortSet& wanted, const std::vector<IpAddress>& addresses,
                        std::size_t descriptor_ceiling, unsigned threads = 1,
                        const BeforeListening& before_listening = {});

}  // namespace pt::server
