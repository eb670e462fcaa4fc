#pragma once

#include <cstdint>
#include <set>
#include <system_error>

#include "common/core/port_set.hpp"
#include "server/kernel/socket_diag.hpp"

namespace pt::server {

/// What others use in this network namespace at one moment.
struct ForeignSockets {
    PortSet ports;                    ///< TCP: listened on; UDP: bound, connected or not
    std::set<std::uint64_t> cgroups;  ///< of the sockets on them, where the kernel tells
};

/// Asks the kernel which ports other programs use; needs no privilege. One call costs well under a
/// millisecond on a host with some hundred sockets.
class ForeignPorts {
public:
    /// A socket that is the server's own, and is left out of every answer.
    void add_own(int descriptor);

    /// Whatever is found before an error is not told: a list with holes would be taken for whole.
    ForeignSockets poll(std::error_code& error);

private:
    SocketDiag sockets_;
    std::set<std::uint32_t> own_inodes_;
};

}  // namespace pt::server
