#include "server/ports/stream_io.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "common/net/kernel_time.hpp"
#include "common/net/local_fault.hpp"

namespace pt::server {
namespace {

StreamStatus status_of(int error) {
    if (error == EAGAIN || error == EWOULDBLOCK) {
        return StreamStatus::would_block;
    }
    if (error == ECONNRESET) {
        return StreamStatus::reset;
    }
    return net::is_local_fault(error) ? StreamStatus::failed : StreamStatus::ended;
}

/// An int-sized or byte-sized control message's value; TTL and TOS are within a byte.
std::uint8_t first_byte(const cmsghdr& header) {
    if (header.cmsg_len >= CMSG_LEN(sizeof(int))) {
        int value = 0;
        std::memcpy(&value, CMSG_DATA(&header), sizeof value);
        return static_cast<std::uint8_t>(value);
    }
    return header.cmsg_len > CMSG_LEN(0) ? *CMSG_DATA(&header) : std::uint8_t{0};
}

}  // namespace

StreamRead read_stream(int descriptor, std::span<std::uint8_t> into) {
    alignas(cmsghdr) std::array<unsigned char, CMSG_SPACE(sizeof(timespec))> control;
    iovec vector{into.data(), into.size()};
    msghdr message{};
    message.msg_iov = &vector;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    ssize_t size = 0;
    do {
        size = recvmsg(descriptor, &message, MSG_DONTWAIT);
    } while (size < 0 && errno == EINTR);
    if (size <= 0) {
        return {size == 0 ? StreamStatus::ended : status_of(errno), 0, {}};
    }
    StreamRead read{StreamStatus::moved, static_cast<std::size_t>(size), {}};
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    if (header != nullptr && net::is_timestamp(*header)) {
        read.waited = net::time_since(*header, net::wall_clock());
    }
    return read;
}

StreamWrite write_stream(int descriptor, std::span<const std::uint8_t> bytes,
                         Afterwards afterwards) {
    if (afterwards == Afterwards::closed) {
        // MSG_MORE would hold the bytes back too, but leaves PSH out: there are firewalls that stop
        // what has it, and all other programs' data has.
        const int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
    }
    ssize_t size = 0;
    do {
        size = send(descriptor, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    } while (size < 0 && errno == EINTR);
    if (size < 0) {
        return {status_of(errno), 0};
    }
    return {StreamStatus::moved, static_cast<std::size_t>(size)};
}

void keep_handshake_hops(int listener, int family) {
    const int on = 1;
    if (family == AF_INET) {
        setsockopt(listener, SOL_IP, IP_RECVTTL, &on, sizeof on);
        setsockopt(listener, SOL_IP, IP_RECVTOS, &on, sizeof on);
    } else {
        setsockopt(listener, SOL_IPV6, IPV6_RECVHOPLIMIT, &on, sizeof on);
        setsockopt(listener, SOL_IPV6, IPV6_RECVTCLASS, &on, sizeof on);
    }
}

HandshakeHops handshake_hops(int descriptor, int family) {
    // For a TCP socket the kernel keeps these two of the handshake and hands them out in the form
    // of control messages (IP_PKTOPTIONS, and IPV6_2292PKTOPTIONS of RFC 2292).
    alignas(cmsghdr) std::array<unsigned char, 128> control{};
    socklen_t size = control.size();
    const bool v4 = family == AF_INET;
    if (getsockopt(descriptor, v4 ? SOL_IP : SOL_IPV6, v4 ? IP_PKTOPTIONS : IPV6_2292PKTOPTIONS,
                   control.data(), &size) != 0) {
        return {};
    }
    msghdr message{};
    message.msg_control = control.data();
    message.msg_controllen = size;
    HandshakeHops hops;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        const int type = header->cmsg_type;
        if (type == (v4 ? IP_TTL : IPV6_HOPLIMIT)) {
            hops.ttl = first_byte(*header);
        } else if (type == (v4 ? IP_TOS : IPV6_TCLASS)) {
            hops.tos = first_byte(*header);
        }
    }
    return hops;
}

}  // namespace pt::server
