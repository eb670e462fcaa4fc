#include "client/probe/udp_channel.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>

#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;

/// Asked for; the kernel grants up to net.core.rmem_max.
constexpr int receive_buffer = 4 << 20;
/// Batches read before others get their turn.
constexpr int batches_in_row = 8;
/// An error that a send call reports may belong to an ICMP message about an earlier datagram. Only
/// one that stays after the pending errors have been taken, this often in a row, is the call's own.
constexpr int failures_believed = 8;
/// Where the kernel reports a socket as ready that is not, for want of memory or in error.
constexpr std::chrono::milliseconds pause{5};

}  // namespace

UdpChannel::UdpChannel(asio::io_context& context, Owner& owner)
    : socket_{context}, send_timer_{context}, read_timer_{context}, owner_{owner} {}

std::error_code UdpChannel::open(int family, const SourceSettings& source,
                                 std::optional<Port> port) {
    boost::system::error_code failure;
    socket_.open(family == AF_INET ? udp::v4() : udp::v6(), failure);
    if (!failure) {
        socket_.native_non_blocking(true, failure);
    }
    if (failure) {
        return failure;
    }
    const int descriptor = socket_.native_handle();
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);  // a command that is run gets none
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    error_queue_failure_ = net::enable_error_queue(descriptor, family).value();
    net::enable_ancillary_data(descriptor, family);
    SourceSettings bound = source;
    if (!bound.port) {
        bound.port = port.value_or(Port{0});  // have it now, so that every report can name it
    }
    auto error = set_up_source(descriptor, Protocol::udp, family, bound);
    if (error.value() == EADDRINUSE && !source.port && port) {
        bound.port = Port{0};
        error = set_up_source(descriptor, Protocol::udp, family, bound);
    }
    if (error) {
        return error;
    }
    port_ = net::local_address(descriptor).port;
    wait_readable();
    return {};
}

void UdpChannel::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    send_timer_.cancel();
    read_timer_.cancel();
}

void UdpChannel::queue(std::span<const std::uint8_t> payload, const SocketAddress& to,
                       std::optional<Slot> slot) {
    batch_.add(payload, to);
    slots_.push_back(slot);
}

void UdpChannel::flush() {
    while (!batch_.empty() && !waiting_writable_ && socket_.is_open()) {
        std::error_code error;
        const std::size_t sent = batch_.send(socket_.native_handle(), error);
        slots_.erase(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(sent));
        if (sent > 0) {
            failures_in_row_ = 0;
        }
        if (error.value() == EAGAIN) {
            send_failure_ = error.value();
            wait_writable();
        } else if (error.value() == ENOBUFS || error.value() == ENOMEM) {
            send_failure_ = error.value();
            send_later();
        } else if (error) {
            take_send_failure(error);
        }
    }
}

std::size_t UdpChannel::count_waiting(Slot slot) const {
    return static_cast<std::size_t>(std::count(slots_.begin(), slots_.end(), std::optional{slot}));
}

void UdpChannel::take_send_failure(std::error_code error) {
    drain_errors();
    if (++failures_in_row_ < failures_believed) {
        return;
    }
    failures_in_row_ = 0;
    const auto slot = slots_.front();
    slots_.pop_front();
    batch_.drop_first();
    owner_.on_send_failure(slot, error);
}

void UdpChannel::wait_writable() {
    waiting_writable_ = true;
    socket_.async_wait(udp::socket::wait_write, [this](boost::system::error_code error) {
        waiting_writable_ = false;
        if (!error) {
            flush();
        }
    });
}

/// It is not this socket's buffer that is full: it counts as writable.
void UdpChannel::send_later() {
    waiting_writable_ = true;
    send_timer_.expires_after(pause);
    send_timer_.async_wait([this](boost::system::error_code error) {
        waiting_writable_ = false;
        if (!error) {
            flush();
        }
    });
}

void UdpChannel::wait_readable() {
    socket_.async_wait(udp::socket::wait_read, [this](boost::system::error_code error) {
        if (!error) {
            on_readable();
        }
    });
}

void UdpChannel::on_readable() {
    drain_errors();
    for (int batch = 0; batch < batches_in_row && socket_.is_open(); ++batch) {
        std::error_code error;
        const auto datagrams = received_.receive(socket_.native_handle(), port_, error);
        if (error) {  // that of an ICMP message, which the error queue holds
            if (drain_errors() == 0 && ++unreadable_in_row_ >= failures_believed) {
                owner_.on_unreadable(error);
                return;
            }
            continue;
        }
        unreadable_in_row_ = 0;
        if (datagrams.empty()) {
            break;
        }
        for (const net::Datagram& datagram : datagrams) {
            owner_.on_datagram(datagram, datagram.destination);
        }
    }
    owner_.on_received();
    if (socket_.is_open() && queue_unreadable_) {
        read_later();
    } else if (socket_.is_open()) {
        wait_readable();
    }
}

/// An error that cannot be taken makes the socket ready for ever.
void UdpChannel::read_later() {
    read_timer_.expires_after(pause);
    read_timer_.async_wait([this](boost::system::error_code error) {
        if (!error && socket_.is_open()) {
            wait_readable();
        }
    });
}

/// How many there were.
std::size_t UdpChannel::drain_errors() {
    std::size_t count = 0;
    if (!socket_.is_open()) {
        return count;
    }
    const int descriptor = socket_.native_handle();
    std::error_code failure;
    for (; const auto error = net::next_error(descriptor, failure); ++count) {
        owner_.on_queued_error(*error);
        if (!socket_.is_open()) {
            return count;
        }
    }
    queue_unreadable_ = static_cast<bool>(failure);
    if (failure) {
        error_queue_failure_ = failure.value();
    }
    int pending = 0;
    socklen_t size = sizeof pending;
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &pending, &size);
    return count + (pending != 0 ? 1 : 0);
}

SocketAddress UdpChannel::local_towards(const SocketAddress& to) const {
    // Connecting a UDP socket sends nothing: the kernel only looks the route up.
    const int descriptor = socket(net::family_of(to.address), SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return {};
    }
    const net::Sockaddr remote{to};
    SocketAddress local;
    if (connect(descriptor, remote.data(), remote.size()) == 0) {
        local = {net::local_address(descriptor).address, port_};
    }
    ::close(descriptor);
    return local;
}

}  // namespace pt::client
