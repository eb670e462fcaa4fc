#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

/// Reading and writing of a non-blocking TCP socket.
namespace pt::server {

enum class StreamStatus {
    moved,        ///< some bytes at least
    would_block,  ///< nothing now
    reset,        ///< by the peer, or by an intermediate device in its name
    ended,        ///< the peer has closed, or the connection is broken
    failed        ///< this machine could not do it: it says nothing of the peer or the network
};

struct StreamRead {
    StreamStatus status = StreamStatus::ended;
    std::size_t size = 0;
    /// How long the last of these bytes lay in the receive queue; 0 where not known.
    std::chrono::nanoseconds waited{};
};

StreamRead read_stream(int descriptor, std::span<std::uint8_t> into);

struct StreamWrite {
    StreamStatus status = StreamStatus::ended;
    std::size_t size = 0;
};

/// Whether the descriptor is closed right after a write: the end then rides with the last bytes in
/// one packet (TCP_CORK, tcp(7)).
enum class Afterwards { more_to_come, closed };
StreamWrite write_stream(int descriptor, std::span<const std::uint8_t> bytes,
                         Afterwards afterwards = Afterwards::more_to_come);

/// TTL and TOS (hop limit and traffic class) of the packet that completed the handshake.
struct HandshakeHops {
    std::uint8_t ttl = 0;  ///< 0: not known
    std::uint8_t tos = 0;
};

/// What the listener must ask for, so that `handshake_hops` can tell of its connections.
void keep_handshake_hops(int listener, int family);

HandshakeHops handshake_hops(int descriptor, int family);

}  // namespace pt::server
