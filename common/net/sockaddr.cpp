#include "common/net/sockaddr.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace pt::net {

Sockaddr::Sockaddr(const SocketAddress& address) {
    if (address.address.is_v4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(to_number(address.port));
        const auto bytes = address.address.v4_bytes();
        std::memcpy(&v4.sin_addr, bytes.data(), bytes.size());
        std::memcpy(&storage_, &v4, sizeof v4);
        size_ = sizeof v4;
        return;
    }
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(to_number(address.port));
    v6.sin6_scope_id = address.address.scope();
    const auto& bytes = address.address.bytes();
    std::memcpy(&v6.sin6_addr, bytes.data(), bytes.size());
    std::memcpy(&storage_, &v6, sizeof v6);
    size_ = sizeof v6;
}

Sockaddr::Sockaddr(const sockaddr& address, socklen_t size) {
    if (size <= capacity) {
        std::memcpy(&storage_, &address, size);
        size_ = size;
    }
}

// The kernel's interface is sockaddr*, whatever stands behind it: the one cast of its kind.
const sockaddr* Sockaddr::data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
sockaddr* Sockaddr::data() { return reinterpret_cast<sockaddr*>(&storage_); }

SocketAddress Sockaddr::to_socket_address() const {
    if (storage_.ss_family == AF_INET && size_ >= sizeof(sockaddr_in)) {
        sockaddr_in v4{};
        std::memcpy(&v4, &storage_, sizeof v4);
        IpAddress::V4Bytes bytes{};
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        return {IpAddress{bytes}, Port{ntohs(v4.sin_port)}};
    }
    if (storage_.ss_family == AF_INET6 && size_ >= sizeof(sockaddr_in6)) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, &storage_, sizeof v6);
        IpAddress::Bytes bytes{};
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return {IpAddress{bytes, v6.sin6_scope_id}, Port{ntohs(v6.sin6_port)}};
    }
    return {};
}

int family_of(const IpAddress& address) { return address.is_v4() ? AF_INET : AF_INET6; }

SocketAddress local_address(int descriptor) {
    Sockaddr address;
    socklen_t size = Sockaddr::capacity;
    if (getsockname(descriptor, address.data(), &size) != 0) {
        return {};
    }
    address.resize(size);
    return address.to_socket_address();
}

SocketAddress peer_address(int descriptor) {
    Sockaddr address;
    socklen_t size = Sockaddr::capacity;
    if (getpeername(descriptor, address.data(), &size) != 0) {
        return {};
    }
    address.resize(size);
    return address.to_socket_address();
}

}  // namespace pt::net
