#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"
#include "common/core/port_state.hpp"

namespace pt::server {

/// What an errno of socket, bind or listen means for the port. 0: listening.
PortState state_of_error(int error);

/// A state with the reason that its errno adds.
std::string describe_state(PortState state, int error);

struct PortEntry {
    Protocol protocol = Protocol::tcp;
    IpAddress address;
    Port port{};
    PortState state = PortState::listening;
    int error = 0;           ///< errno; 0 while listening
    std::uint16_t more = 0;  ///< how many ports right above share this entry, all in one RFC 6335
                             ///< range; 0 where each port has a socket of its own
    friend bool operator==(const PortEntry&, const PortEntry&) = default;
};

/// One entry for each protocol, port (or stretch of ports) and bind address; TCP before UDP, then
/// by port.
using PortTable = std::vector<PortEntry>;

/// Ports, counted once for all their addresses.
struct PortCount {
    std::size_t listening = 0;  ///< on one address at least
    std::size_t not_listening = 0;
    std::size_t partly = 0;  ///< of those that listen: not on every address
    friend bool operator==(const PortCount&, const PortCount&) = default;
};

PortCount count_ports(const PortTable& table);

/// What the shell learns (a tested contract, see the README).
enum class ExitCode : int {
    stopped = 0,
    port_not_bound = 1,  ///< with --strict
    usage = 2,
    cannot_serve = 3  ///< no port at all, or a local failure
};

enum class Strictness { lenient, strict };

/// `stopped`: serve. With --strict one entry that does not listen is enough for `port_not_bound`.
ExitCode start_decision(const PortTable& table, Strictness strictness);

}  // namespace pt::server
