#include "peer.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "common/net/sockaddr.hpp"

namespace pt::test {
namespace {

net::Descriptor open_socket(const IpAddress& towards, int type) {
    net::Descriptor socket{::socket(net::family_of(towards), type | SOCK_CLOEXEC, 0)};
    EXPECT_TRUE(socket.is_open()) << std::strerror(errno);
    const timeval patience{20, 0};
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
        setsockopt(socket.get(), SOL_SOCKET, option, &patience, sizeof patience);
    }
    return socket;
}

std::optional<Frame> to_reply(const Bytes& bytes) {
    const auto frame = decode(bytes);
    return frame && frame->type == FrameType::reply ? std::optional{*frame} : std::nullopt;
}

}  // namespace

Bytes to_bytes(std::string_view text) { return {text.begin(), text.end()}; }

Bytes request(Protocol protocol, Port port, Nonce nonce, std::size_t size) {
    Frame frame;
    frame.nonce = nonce;
    frame.port = port;
    frame.protocol = protocol;
    frame.attempt = 1;
    frame.client_time = 0x1122334455667788;
    return encode_request(frame, size);
}

TcpPeer::TcpPeer(const SocketAddress& server) : socket_{open_socket(server.address, SOCK_STREAM)} {
    const net::Sockaddr address{server};
    EXPECT_EQ(connect(socket_.get(), address.data(), address.size()), 0) << std::strerror(errno);
    const int on = 1;
    setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void TcpPeer::shrink_way_back() const {
    // Less room yet, and TCP waits for its persist timer (RFC 9293 section 3.8.6.1).
    const int little = 32'768;
    EXPECT_EQ(setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little), 0);
    bool found = false;
    constexpr int max_descriptors = 1'000;
    for (int descriptor = 0; descriptor < max_descriptors; ++descriptor) {
        if (net::peer_address(descriptor) == local() &&
            net::local_address(descriptor) == net::peer_address(socket_.get())) {
            found = setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &little, sizeof little) == 0;
        }
    }
    EXPECT_TRUE(found) << "the server's end is not to be found";
}

SocketAddress TcpPeer::local() const { return net::local_address(socket_.get()); }

bool TcpPeer::send(std::span<const std::uint8_t> bytes) const {
    while (!bytes.empty()) {
        const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
}

void TcpPeer::send_fin() const { shutdown(socket_.get(), SHUT_WR); }

void TcpPeer::reset() {
    const linger at_once{1, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_ = net::Descriptor{};
}

Bytes TcpPeer::receive(std::size_t size) const {
    Bytes bytes(size);
    std::size_t received = 0;
    while (received < size) {
        const auto part = recv(socket_.get(), bytes.data() + received, size - received, 0);
        if (part <= 0) {
            break;
        }
        received += static_cast<std::size_t>(part);
    }
    bytes.resize(received);
    return bytes;
}

std::optional<Frame> TcpPeer::receive_reply() const { return to_reply(receive(frame_header_size)); }

TcpPeer::Rest TcpPeer::receive_rest() const {
    Rest rest;
    std::array<std::uint8_t, 4096> chunk{};
    for (;;) {
        const auto size = recv(socket_.get(), chunk.data(), chunk.size(), 0);
        if (size > 0) {
            rest.bytes.insert(rest.bytes.end(), chunk.begin(), chunk.begin() + size);
            continue;
        }
        if (size == 0) {
            rest.end = StreamEnd::fin;
        } else if (errno == ECONNRESET) {
            rest.end = StreamEnd::reset;
        }
        return rest;
    }
}

UdpPeer::UdpPeer(const SocketAddress& server, const IpAddress& from)
    : server_{server}, socket_{open_socket(server.address, SOCK_DGRAM)} {
    // Bound at once, so that the kernel has chosen a port.
    const IpAddress wildcard = server.address.is_v4() ? IpAddress{IpAddress::V4Bytes{}} : from;
    const net::Sockaddr address{SocketAddress{from.is_unspecified() ? wildcard : from, Port{0}}};
    EXPECT_EQ(bind(socket_.get(), address.data(), address.size()), 0) << std::strerror(errno);
}

SocketAddress UdpPeer::local() const { return net::local_address(socket_.get()); }

void UdpPeer::send_to(std::span<const std::uint8_t> bytes, const SocketAddress& to) const {
    const net::Sockaddr address{to};
    const auto sent =
        sendto(socket_.get(), bytes.data(), bytes.size(), 0, address.data(), address.size());
    EXPECT_EQ(sent, static_cast<ssize_t>(bytes.size())) << std::strerror(errno);
}

std::optional<UdpPeer::Received> UdpPeer::receive() const {
    Received received;
    received.bytes.resize(65'536);
    net::Sockaddr from;
    socklen_t size = net::Sockaddr::capacity;
    const auto length = recvfrom(socket_.get(), received.bytes.data(), received.bytes.size(), 0,
                                 from.data(), &size);
    if (length < 0) {
        return std::nullopt;
    }
    received.bytes.resize(static_cast<std::size_t>(length));
    from.resize(size);
    received.from = from.to_socket_address();
    return received;
}

std::optional<Frame> UdpPeer::receive_reply() const {
    const auto received = receive();
    return received ? to_reply(received->bytes) : std::nullopt;
}

void UdpPeer::expect_nothing_but_echo(Nonce nonce) const {
    send(request(Protocol::udp, server_.port, nonce));
    const auto received = receive();
    ASSERT_TRUE(received) << "the server does not answer any more";
    const auto echo = to_reply(received->bytes);
    ASSERT_TRUE(echo) << "the server sent " << received->bytes.size() << " bytes that are no reply";
    EXPECT_EQ(echo->nonce, nonce) << "the server answered something before";
}

}  // namespace pt::test
