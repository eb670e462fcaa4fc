#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/core/frame.hpp"
#include "common/net/descriptor.hpp"

/// The other side of the server: plain blocking sockets that give up after some seconds, so that a
/// server that says too little fails a test instead of hanging it.
namespace pt::test {

using Bytes = std::vector<std::uint8_t>;

Bytes to_bytes(std::string_view text);

/// A whole valid request for one port.
Bytes request(Protocol protocol, Port port, Nonce nonce, std::size_t size = default_request_size);

enum class StreamEnd {
    open,  ///< nothing came in time
    fin,
    reset
};

class TcpPeer {
public:
    explicit TcpPeer(const SocketAddress& server);

    /// Leaves little room for replies on their way here, at either end: the server's end is a
    /// socket of this process too. It must have been accepted.
    void shrink_way_back() const;

    SocketAddress local() const;
    /// False: the server would not have it.
    bool send(std::span<const std::uint8_t> bytes) const;
    void send_fin() const;
    /// Ends the connection with RST.
    void reset();

    /// Exactly `size` bytes, or fewer where the stream ends or stands still before.
    Bytes receive(std::size_t size) const;
    /// One reply frame; nothing where none came.
    std::optional<Frame> receive_reply() const;

    struct Rest {
        Bytes bytes;
        StreamEnd end = StreamEnd::open;
    };
    /// All that still comes, until the stream ends.
    Rest receive_rest() const;

    int descriptor() const { return socket_.get(); }

private:
    net::Descriptor socket_;
};

class UdpPeer {
public:
    /// Sends from the given address, or the one that the kernel chooses.
    explicit UdpPeer(const SocketAddress& server, const IpAddress& from = {});

    SocketAddress local() const;
    void send(std::span<const std::uint8_t> bytes) const { send_to(bytes, server_); }
    void send_to(std::span<const std::uint8_t> bytes, const SocketAddress& to) const;

    struct Received {
        Bytes bytes;
        SocketAddress from;
    };
    /// The next datagram; nothing where none came in time.
    std::optional<Received> receive() const;
    std::optional<Frame> receive_reply() const;

    /// Sends a request and expects its echo as the very next datagram: whatever was sent before has
    /// been passed over in silence.
    void expect_nothing_but_echo(Nonce nonce) const;

    int descriptor() const { return socket_.get(); }

private:
    SocketAddress server_;
    net::Descriptor socket_;
};

}  // namespace pt::test
