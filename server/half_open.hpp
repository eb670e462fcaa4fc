#pragma once

#include <functional>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"
#include "server/socket_diag.hpp"

namespace pt::server {

/// TCP handshakes that have begun and are not complete: a SYN arrived, and the SYN-ACK or the last
/// ACK was lost. The kernel keeps them for about a minute and tells of them without privilege.
class HalfOpen {
public:
    /// Calls `take` for the local port of each half-open handshake from `peer`. False: the kernel
    /// would not tell, so that nothing can be concluded from none.
    bool for_each(const IpAddress& peer, TimePoint now, const std::function<void(Port)>& take);

    /// The same for every peer.
    bool for_each_peer(TimePoint now, const std::function<void(const IpAddress&, Port)>& take);

private:
    bool refresh(TimePoint now);

    SocketDiag diag_;
    std::vector<UsedSocket> sockets_;
    TimePoint asked_{};
    bool known_ = false;
};

}  // namespace pt::server
