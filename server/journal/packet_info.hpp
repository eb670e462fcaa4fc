#pragma once

#include <chrono>
#include <cstdint>

#include "common/core/endpoint.hpp"

namespace pt::server {

/// What this machine's kernel saw of a frame that arrived, all but its bytes.
struct PacketInfo {
    Protocol protocol = Protocol::tcp;
    SocketAddress source;
    /// Where it went, as far as the packet says: not necessarily where the socket is bound.
    SocketAddress destination;
    bool not_unicast = false;  ///< sent to a broadcast or multicast address
    bool truncated = false;    ///< longer than the buffer: not whole
    std::uint8_t ttl = 0;      ///< 0: not known
    std::uint8_t tos = 0;
    /// From the kernel's receipt until now.
    std::chrono::nanoseconds in_server{};
};

}  // namespace pt::server
