#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <system_error>

#include "common/core/endpoint.hpp"
#include "common/core/frame.hpp"

/// Datagrams in batches: recvmmsg and sendmmsg with all that the kernel tells about each one.
/// The descriptors are non-blocking UDP sockets that the caller owns.
namespace pt::net {

/// One datagram that came in. `payload` points into the batch and lives until its next `receive`.
struct Datagram {
    std::span<const std::uint8_t> payload;
    SocketAddress source;
    /// The address it was sent to (IP_PKTINFO), its port being the socket's own or, where the
    /// kernel says so (IP_RECVORIGDSTADDR), the original one; unspecified where not known.
    SocketAddress destination;
    /// Interface it came in by; 0 where not known.
    std::uint32_t interface = 0;
    /// Sent to a broadcast or multicast address (the kernel's own view of the destination).
    bool not_unicast = false;
    bool truncated = false;  ///< longer than the batch's buffers: not whole
    std::uint8_t ttl = 0;    ///< TTL or hop limit; 0 where not known
    std::uint8_t tos = 0;    ///< TOS or traffic class
    /// How long it lay in the receive queue, from the kernel's timestamp; never negative.
    std::chrono::nanoseconds waited{};
};

/// Turns on what `Datagram` tells: packet info, TTL, TOS, kernel timestamps. Failures of a single
/// option are no error: the field then stays "not known".
void enable_ancillary_data(int descriptor, int family);

/// Asks for the port that each datagram was sent to, where that need not be the socket's own
/// (IP_RECVORIGDSTADDR): `Datagram::destination` then has it.
void enable_original_destination(int descriptor, int family);

/// Up to 64 datagrams by one system call.
class ReceiveBatch {
public:
    static constexpr std::size_t capacity = 64;

    ReceiveBatch();
    ~ReceiveBatch();
    ReceiveBatch(const ReceiveBatch&) = delete;
    ReceiveBatch& operator=(const ReceiveBatch&) = delete;

    /// Reads what is there. An empty span with no error means: nothing more now (EAGAIN).
    /// `own_port` fills the port of `Datagram::destination`.
    std::span<const Datagram> receive(int descriptor, Port own_port, std::error_code& error);

private:
    struct Buffers;
    std::unique_ptr<Buffers> buffers_;
};

/// Up to 64 datagrams to be sent by one system call, from a given local address each.
class SendBatch {
public:
    static constexpr std::size_t capacity = 64;

    SendBatch();
    ~SendBatch();
    SendBatch(const SendBatch&) = delete;
    SendBatch& operator=(const SendBatch&) = delete;

    bool full() const;
    bool empty() const;
    std::size_t size() const;
    void clear();

    /// Copies a payload of at most max_frame_size. `from` sets the source address (IP_PKTINFO),
    /// with `interface` for link-local ones; unspecified: the kernel chooses. Not when full.
    void add(std::span<const std::uint8_t> payload, const SocketAddress& to,
             const IpAddress& from = {}, std::uint32_t interface = 0);

    /// The same as a whole packet, for a raw socket of IPPROTO_RAW and `from`'s family: so the
    /// source port is free, too. The payload is at most max_frame_size, and the packet at most the
    /// MTU of the way: raw sockets do not fragment.
    void add_packet(std::span<const std::uint8_t> payload, const SocketAddress& to,
                    const SocketAddress& from, std::uint32_t interface);

    /// Hands over what is left, from the first not yet sent on. Returns how many the kernel took
    /// (they leave the batch); an error belongs to the first one that is left then.
    std::size_t send(int descriptor, std::error_code& error);
    /// Gives up the first one that is left.
    void drop_first();

private:
    struct Buffers;

    /// Its size is given when it has been written.
    std::size_t add_slot(const SocketAddress& to);

    std::unique_ptr<Buffers> buffers_;
};

}  // namespace pt::net
