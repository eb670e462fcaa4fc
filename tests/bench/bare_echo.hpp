#pragma once

#include <atomic>
#include <thread>

#include "common/core/endpoint.hpp"
#include "common/net/descriptor.hpp"

namespace pt::bench {

/// The floor: what an echo costs with nothing but the system calls. Sends the first 120 bytes of
/// whatever comes, unchecked. TCP with epoll, UDP with recvmmsg and sendmmsg.
class BareEcho {
public:
    explicit BareEcho(Protocol protocol);
    ~BareEcho();
    BareEcho(const BareEcho&) = delete;
    BareEcho& operator=(const BareEcho&) = delete;

    SocketAddress address() const { return address_; }

private:
    void serve_tcp() const;
    void serve_udp() const;

    net::Descriptor socket_;
    SocketAddress address_;
    std::atomic<bool> stopping_{false};
    std::thread thread_;
};

}  // namespace pt::bench
