#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <system_error>
#include <vector>

#include "common/core/port.hpp"
#include "common/net/descriptor.hpp"
#include "server/kernel/socket_dump.hpp"

namespace pt::server {

/// Asks the kernel for its socket tables (sock_diag(7)); needs no privilege. Keeps one netlink
/// socket, so that it goes on when descriptors have run out. The kernel answers within the call:
/// nobody else is waited for.
class SocketDiag {
public:
    enum class WithDrops { no, yes };

    /// All sockets of a protocol and family (AF_INET, AF_INET6) in the given states, a set of bits
    /// `1 << TCP_...`, each with its own count of drops where wanted. What was found before an
    /// error is not told: a list with holes would be taken for whole.
    std::vector<UsedSocket> dump(Protocol protocol, int family, std::uint32_t states,
                                 std::error_code& error, WithDrops with_drops = WithDrops::no);
    /// The same without a list of all: calls `take` with some hundreds at a time. Where that
    /// returns false nothing more is read, and the error is `operation_canceled`.
    std::error_code visit(Protocol protocol, int family, std::uint32_t states, WithDrops with_drops,
                          const std::function<bool(std::span<const UsedSocket>)>& take);

private:
    bool ask(Protocol protocol, int family, std::uint32_t states, WithDrops with_drops,
             std::error_code& error);

    net::Descriptor netlink_;
    std::uint32_t sequence_ = 0;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace pt::server
