#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <system_error>
#include <vector>

#include "common/core/port_set.hpp"
#include "server/descriptor.hpp"
#include "server/socket_dump.hpp"

namespace pt::server {

/// What others use in this network namespace at one moment.
struct ForeignSockets {
    PortSet ports;                    ///< TCP: listened on; UDP: bound, connected or not
    std::set<std::uint64_t> cgroups;  ///< of the sockets on them, where the kernel tells
};

/// Asks the kernel which ports other programs use (sock_diag(7)); needs no privilege. Keeps one
/// netlink socket, so that it goes on when descriptors have run out. One call costs well under a
/// millisecond on a host with some hundred sockets and never waits for anyone but the kernel.
class ForeignPorts {
public:
    /// A socket that is the server's own, and is left out of every answer.
    void add_own(int descriptor);

    /// Whatever is found before an error is not told: a list with holes would be taken for whole.
    ForeignSockets look(std::error_code& error);

private:
    void dump(Protocol protocol, int family, ForeignSockets& all, std::error_code& error);

    Descriptor netlink_;
    std::uint32_t sequence_ = 0;
    std::set<std::uint32_t> own_inodes_;
    std::vector<std::uint8_t> buffer_;
    std::vector<UsedSocket> found_;
};

}  // namespace pt::server
