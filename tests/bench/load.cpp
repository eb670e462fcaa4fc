#include "load.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "common/core/frame.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::bench {
namespace {

using Clock = std::chrono::steady_clock;
using net::Descriptor;

constexpr int patience_ms = 2'000;

void check(bool good, const char* what) {
    if (!good) {
        throw std::system_error{errno, std::system_category(), what};
    }
}

std::vector<std::uint8_t> one_request(Protocol protocol, Port port) {
    Frame frame;
    frame.nonce = {0x0123456789ABCDEF, 1};
    frame.port = port;
    frame.protocol = protocol;
    frame.attempt = 1;
    return encode_request(frame);
}

net::Descriptor connect_peer(const Load& load, const SocketAddress& server) {
    const bool tcp = load.protocol == Protocol::tcp;
    net::Descriptor peer{socket(AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0)};
    check(peer.is_open(), "socket");
    const net::Sockaddr address{server};
    check(connect(peer.get(), address.data(), address.size()) == 0, "connect");
    if (tcp) {
        const int on = 1;
        setsockopt(peer.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    return peer;
}

/// One frame each way for each wake-up: all that a TCP peer does, and a UDP peer with one request
/// under way.
double run_ping_pong(const Load& load, const SocketAddress& server,
                     std::chrono::milliseconds time) {
    const auto request = one_request(load.protocol, server.port);
    const net::Descriptor epoll{epoll_create1(EPOLL_CLOEXEC)};
    std::vector<net::Descriptor> peers;
    for (std::size_t i = 0; i < load.peers; ++i) {
        peers.push_back(connect_peer(load, server));
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.fd = peers.back().get();
        check(epoll_ctl(epoll.get(), EPOLL_CTL_ADD, event.data.fd, &event) == 0, "epoll_ctl");
    }
    for (const auto& peer : peers) {
        check(send(peer.get(), request.data(), request.size(), 0) > 0, "send");
    }
    const auto begin = Clock::now();
    std::size_t done = 0;
    std::array<epoll_event, 128> events{};
    std::array<std::uint8_t, max_frame_size> reply{};
    while (Clock::now() - begin < time) {
        const int count = epoll_wait(epoll.get(), events.data(), events.size(), patience_ms);
        if (count <= 0) {
            throw std::runtime_error{"the server has fallen silent"};
        }
        for (int i = 0; i < count; ++i) {
            const int peer = events[static_cast<std::size_t>(i)].data.fd;
            check(recv(peer, reply.data(), reply.size(), 0) ==
                      static_cast<ssize_t>(frame_header_size),
                  "recv");
            check(send(peer, request.data(), request.size(), 0) > 0, "send");
            ++done;
        }
    }
    return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - begin).count();
}

/// Many requests of one UDP peer under way, in batches both ways.
double run_batches(const Load& load, const SocketAddress& server, std::chrono::milliseconds time) {
    auto request = one_request(load.protocol, server.port);
    const auto peer = connect_peer(load, server);
    const timeval patience{patience_ms / 1'000, 0};
    setsockopt(peer.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    iovec outgoing{request.data(), request.size()};
    std::vector<std::array<std::uint8_t, max_frame_size>> replies(load.in_flight);
    std::vector<iovec> vectors(load.in_flight);
    std::vector<mmsghdr> sending(load.in_flight);
    std::vector<mmsghdr> receiving(load.in_flight);
    for (std::size_t i = 0; i < load.in_flight; ++i) {
        sending[i].msg_hdr.msg_iov = &outgoing;
        sending[i].msg_hdr.msg_iovlen = 1;
        vectors[i] = {replies[i].data(), replies[i].size()};
        receiving[i].msg_hdr.msg_iov = &vectors[i];
        receiving[i].msg_hdr.msg_iovlen = 1;
    }
    const auto begin = Clock::now();
    std::size_t done = 0;
    auto to_send = static_cast<unsigned>(load.in_flight);
    while (Clock::now() - begin < time) {
        check(sendmmsg(peer.get(), sending.data(), to_send, 0) == static_cast<int>(to_send),
              "sendmmsg");
        const int count = recvmmsg(peer.get(), receiving.data(),
                                   static_cast<unsigned>(load.in_flight), MSG_WAITFORONE, nullptr);
        check(count > 0, "recvmmsg");
        to_send = static_cast<unsigned>(count);
        done += to_send;
    }
    return static_cast<double>(done) / std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

double round_trips_per_second(const Load& load, const SocketAddress& server,
                              std::chrono::milliseconds time) {
    return load.in_flight > 1 ? run_batches(load, server, time) : run_ping_pong(load, server, time);
}

}  // namespace pt::bench
