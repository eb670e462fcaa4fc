#pragma once

#include <sys/socket.h>

#include "common/core/endpoint.hpp"

/// Between pt's address values and the kernel's `sockaddr`.
namespace pt::net {

/// A `sockaddr` of either family with its true length: what bind, connect and sendmsg take.
class Sockaddr {
public:
    Sockaddr() = default;
    /// Copies what another API holds; what does not fit is left empty.
    Sockaddr(const sockaddr& address, socklen_t size);
    /// AF_INET for an IPv4 address, AF_INET6 for all others.
    explicit Sockaddr(const SocketAddress& address);

    const sockaddr* data() const;
    sockaddr* data();
    socklen_t size() const { return size_; }
    /// To receive: the kernel writes up to `capacity` bytes to `data()`; then tell the length.
    static constexpr socklen_t capacity = sizeof(sockaddr_storage);
    void resize(socklen_t size) { size_ = size; }

    /// The unspecified address where the family is neither AF_INET nor AF_INET6.
    SocketAddress to_socket_address() const;

private:
    sockaddr_storage storage_{};
    socklen_t size_ = 0;
};

/// AF_INET or AF_INET6.
int family_of(const IpAddress& address);

/// getsockname and getpeername; the unspecified address where the kernel refuses.
SocketAddress local_address(int descriptor);
SocketAddress peer_address(int descriptor);

}  // namespace pt::net
