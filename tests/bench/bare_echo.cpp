#include "bare_echo.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <system_error>

#include "common/core/frame.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::bench {
namespace {

constexpr int wake_up_ms = 50;

void check(bool good, const char* what) {
    if (!good) {
        throw std::system_error{errno, std::system_category(), what};
    }
}

void watch(int epoll, int descriptor) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0, "epoll_ctl");
}

void echo_stream(int descriptor) {
    std::array<std::uint8_t, max_frame_size> bytes{};
    if (recv(descriptor, bytes.data(), bytes.size(), 0) <= 0) {
        close(descriptor);
        return;
    }
    send(descriptor, bytes.data(), frame_header_size, MSG_NOSIGNAL);
}

}  // namespace

BareEcho::BareEcho(Protocol protocol) {
    const bool tcp = protocol == Protocol::tcp;
    socket_ = net::Descriptor{
        socket(AF_INET, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    check(socket_.is_open(), "socket");
    const net::Sockaddr any{{IpAddress{IpAddress::V4Bytes{127, 0, 0, 1}}, Port{0}}};
    check(bind(socket_.get(), any.data(), any.size()) == 0, "bind");
    check(!tcp || listen(socket_.get(), SOMAXCONN) == 0, "listen");
    address_ = net::local_address(socket_.get());
    thread_ = std::thread{[this, tcp] { tcp ? serve_tcp() : serve_udp(); }};
}

BareEcho::~BareEcho() {
    stopping_ = true;
    thread_.join();
}

void BareEcho::serve_tcp() const {
    const net::Descriptor epoll{epoll_create1(EPOLL_CLOEXEC)};
    watch(epoll.get(), socket_.get());
    std::array<epoll_event, 128> events{};
    while (!stopping_) {
        const int count = epoll_wait(epoll.get(), events.data(), events.size(), wake_up_ms);
        for (int i = 0; i < count; ++i) {
            const int descriptor = events[static_cast<std::size_t>(i)].data.fd;
            if (descriptor != socket_.get()) {
                echo_stream(descriptor);
                continue;
            }
            const int accepted =
                accept4(descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
            if (accepted >= 0) {
                const int on = 1;
                setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                watch(epoll.get(), accepted);
            }
        }
    }
}

void BareEcho::serve_udp() const {
    constexpr std::size_t batch = 64;
    struct Slot {
        std::array<std::uint8_t, max_frame_size> bytes;
        sockaddr_in from;
        iovec vector;
    };
    std::array<Slot, batch> slots{};
    std::array<mmsghdr, batch> messages{};
    const net::Descriptor epoll{epoll_create1(EPOLL_CLOEXEC)};
    watch(epoll.get(), socket_.get());
    while (!stopping_) {
        epoll_event event{};
        if (epoll_wait(epoll.get(), &event, 1, wake_up_ms) <= 0) {
            continue;
        }
        for (std::size_t i = 0; i < batch; ++i) {
            slots[i].vector = {slots[i].bytes.data(), slots[i].bytes.size()};
            messages[i].msg_hdr = msghdr{};
            messages[i].msg_hdr.msg_name = &slots[i].from;
            messages[i].msg_hdr.msg_namelen = sizeof slots[i].from;
            messages[i].msg_hdr.msg_iov = &slots[i].vector;
            messages[i].msg_hdr.msg_iovlen = 1;
        }
        const int count = recvmmsg(socket_.get(), messages.data(), batch, MSG_DONTWAIT, nullptr);
        for (int i = 0; i < count; ++i) {
            slots[static_cast<std::size_t>(i)].vector.iov_len = frame_header_size;
        }
        if (count > 0) {
            sendmmsg(socket_.get(), messages.data(), static_cast<unsigned>(count), MSG_DONTWAIT);
        }
    }
}

}  // namespace pt::bench
