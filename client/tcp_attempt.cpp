#include "client/tcp_attempt.hpp"

#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
// SIOCOUTQ
#include <linux/sockios.h>

#include <boost/asio/post.hpp>
#include <cerrno>

#include "common/net/error_queue.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

TimePoint now() { return std::chrono::steady_clock::now(); }

/// Reads and clears the socket's pending error.
int pending_error(int descriptor) {
    int error = 0;
    socklen_t size = sizeof error;
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

/// Nothing was sent because this machine has run out of something that comes back.
bool is_shortage(int error) {
    switch (error) {
        case EADDRNOTAVAIL:  // no ephemeral port is left for this destination
        case EADDRINUSE:
        case EAGAIN:
        case ENOBUFS:
        case ENOMEM: return true;
        default: return false;
    }
}

/// Whether this machine has an address to send from. A connect without one fails with the same
/// error as one that finds no free port; that of a UDP socket, which sends nothing, tells them
/// apart.
bool has_source_address(const net::Sockaddr& remote) {
    const int descriptor = socket(remote.data()->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return true;  // not known
    }
    const bool has = connect(descriptor, remote.data(), remote.size()) == 0 || errno == EAGAIN;
    ::close(descriptor);
    return has;
}

}  // namespace

TcpAttempt::TcpAttempt(asio::io_context& context, Owner& owner, std::uint32_t probe,
                       const Frame& request)
    : socket_{context},
      owner_{owner},
      probe_{probe},
      request_{request},
      bytes_out_{encode_request(request)} {}

std::error_code TcpAttempt::start(const Endpoint& endpoint, const SourceSettings& source) {
    boost::system::error_code failure;
    const int family = net::family_of(endpoint.address);
    socket_.open(family == AF_INET ? tcp::v4() : tcp::v6(), failure);
    if (!failure) {
        socket_.native_non_blocking(true, failure);
    }
    if (failure) {
        return failure;
    }
    const int descriptor = socket_.native_handle();
    net::enable_error_queue(descriptor, family);
    if (request_.attempt <= 1) {
        // The handshake's last ACK waits for our frame and rides with it: a packet less each way.
        // Later attempts send it alone: where the frame is dropped and both ends are reset, the
        // server must have seen the handshake to tell of it.
        const int off = 0;
        setsockopt(descriptor, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
    }
    if (const auto error = set_up_source(descriptor, Protocol::tcp, family, source)) {
        if (is_shortage(error.value()) && source.port) {
            return error;
        }
        error_ = error;
        tell_later(TcpEvent::local_error);
        return {};
    }
    const net::Sockaddr remote{endpoint.socket_address()};
    if (connect(descriptor, remote.data(), remote.size()) == 0 || errno == EINPROGRESS) {
        local_ = net::local_address(descriptor);
        wait_writable();
        return {};
    }
    const std::error_code error = last_error();
    if (is_shortage(error.value()) && has_source_address(remote)) {
        return error;
    }
    asio::post(socket_.get_executor(), [self = shared_from_this(), error] {
        if (!self->closed_) {
            self->fail_to_connect(error);
        }
    });
    return {};
}

void TcpAttempt::close() {
    closed_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

bool TcpAttempt::data_acknowledged() {
    int unacknowledged = 0;
    return connected_ && !closed_ &&
           ioctl(socket_.native_handle(), SIOCOUTQ, &unacknowledged) == 0 && unacknowledged == 0;
}

void TcpAttempt::wait_writable() {
    socket_.async_wait(tcp::socket::wait_write,
                       [self = shared_from_this()](boost::system::error_code error) {
                           if (!error && !self->closed_) {
                               self->on_connect_progress();
                           }
                       });
}

void TcpAttempt::wait_readable() {
    socket_.async_wait(tcp::socket::wait_read,
                       [self = shared_from_this()](boost::system::error_code error) {
                           if (!error && !self->closed_) {
                               self->on_readable();
                           }
                       });
}

/// Writable, or in error, or woken by the error queue alone: an ICMP error that arrives while the
/// kernel still works on our own connect call ends up only there, and the connect goes on.
void TcpAttempt::on_connect_progress() {
    if (take_queued_icmp()) {
        return;
    }
    if (const int error = pending_error(socket_.native_handle()); error != 0) {
        fail_to_connect({error, std::system_category()});
    } else if (net::peer_address(socket_.native_handle()) == SocketAddress{}) {
        wait_writable();
    } else {
        on_connected();
    }
}

bool TcpAttempt::take_queued_icmp() {
    while (const auto queued = net::next_error(socket_.native_handle())) {
        if (queued->icmp && meaning(*queued->icmp) != IcmpMeaning::other) {
            icmp_ = queued->icmp;
            tell(TcpEvent::icmp);
            return true;
        }
    }
    return false;
}

void TcpAttempt::fail_to_connect(std::error_code error) {
    if (take_queued_icmp()) {
        return;
    }
    error_ = error;
    switch (error.value()) {
        case ECONNREFUSED:
        case ECONNRESET: tell(TcpEvent::reset); break;
        case ENETUNREACH:
        case EHOSTUNREACH: tell(TcpEvent::no_route); break;
        case ETIMEDOUT: break;  // the kernel has stopped asking: silence, which the owner times
        default: tell(TcpEvent::local_error); break;
    }
}

void TcpAttempt::on_connected() {
    connected_ = true;
    tell(TcpEvent::connected);
    if (!closed_) {
        write_request();
    }
}

void TcpAttempt::send(const Frame& request) {
    request_ = request;
    bytes_out_ = encode_request(request);
    received_ = 0;
    write_request();
}

void TcpAttempt::write_request() {
    // encode_request set these; the reply is held against them.
    const auto sent_frame = decode(bytes_out_);
    request_ = *sent_frame;
    sent_ = now();
    // A fresh or an idle connection has room for one small frame.
    const auto written =
        ::send(socket_.native_handle(), bytes_out_.data(), bytes_out_.size(), MSG_NOSIGNAL);
    if (written < 0) {
        error_ = last_error();
        tell_later(TcpEvent::data_reset);
        return;
    }
    wait_readable();
}

void TcpAttempt::on_readable() {
    const auto size = recv(socket_.native_handle(), bytes_in_.data() + received_,
                           bytes_in_.size() - received_, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        wait_readable();
    } else if (size < 0) {
        error_ = last_error();
        tell(TcpEvent::data_reset);
    } else if (size == 0) {
        tell(judge_end());
    } else {
        round_trip_ = now() - sent_;
        received_ += static_cast<std::size_t>(size);
        judge();
    }
}

/// The peer has closed before a whole reply: what it sent may have begun as one of ours.
TcpEvent TcpAttempt::judge_end() const {
    if (received_ == 0) {
        return TcpEvent::end_of_stream;
    }
    return received_ < frame_magic.size() ? TcpEvent::foreign_data : TcpEvent::altered_echo;
}

void TcpAttempt::judge() {
    const std::span<const std::uint8_t> bytes{bytes_in_.data(), received_};
    if (!may_be_frame(bytes)) {
        tell(TcpEvent::foreign_data);
        return;
    }
    if (received_ < bytes_in_.size()) {
        wait_readable();
        return;
    }
    reply_ = judge_reply(bytes, request_);
    switch (reply_.kind) {
        case ReplyKind::echo:
            round_trip_ = pt::round_trip(TimePoint{}, TimePoint{round_trip_},
                                         std::chrono::microseconds{reply_.frame.server_time_us});
            tell(TcpEvent::echo);
            break;
        case ReplyKind::altered: tell(TcpEvent::altered_echo); break;
        case ReplyKind::foreign: tell(TcpEvent::foreign_data); break;
    }
}

void TcpAttempt::tell(TcpEvent event) { owner_.on_tcp_event(*this, event); }

void TcpAttempt::tell_later(TcpEvent event) {
    asio::post(socket_.get_executor(), [self = shared_from_this(), event] {
        if (!self->closed_) {
            self->tell(event);
        }
    });
}

}  // namespace pt::client
