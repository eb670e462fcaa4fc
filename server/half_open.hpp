#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"
#include "server/socket_diag.hpp"

namespace pt::server {

/// TCP handshakes that have begun and are not complete: a SYN arrived, and the SYN-ACK or the last
/// ACK was lost. The kernel keeps them for about a minute and tells of them without privilege.
class HalfOpen {
public:
    HalfOpen();

    /// Calls `take` for the local port of each half-open handshake from `peer`. False: the kernel
    /// would not tell, or has not kept all of them since then (SYN cookies), so that nothing can be
    /// concluded from none.
    bool for_each(const IpAddress& peer, TimePoint since, TimePoint now,
                  const std::function<void(Port)>& take);

    /// The same for every peer.
    bool for_each_peer(TimePoint now, const std::function<void(const IpAddress&, Port)>& take);

private:
    bool refresh(TimePoint now);
    void watch_losses(TimePoint now);

    SocketDiag diag_;
    std::vector<UsedSocket> sockets_;
    TimePoint asked_{};
    bool known_ = false;
    std::optional<std::uint64_t> lost_;  ///< as the kernel counted at the last look
    TimePoint lost_at_{};                ///< when the count was last seen to have grown
};

}  // namespace pt::server
