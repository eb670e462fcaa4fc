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

bool is_same_end(const SocketAddress& one, const SocketAddress& other) {
    return one.port == other.port && one.address.bytes() == other.address.bytes();
}

}  // namespace

TcpAttempt::TcpAttempt(asio::io_context& context, Owner& owner, std::uint32_t probe,
                       const Frame& request, Frames frames)
    : socket_{context}, owner_{owner}, probe_{probe}, frames_{frames} {
    set_request(request);
}

void TcpAttempt::set_request(const Frame& request) {
    made_ = now();
    bytes_out_ = encode_request(request);
    request_ = *decode(bytes_out_);  // with length and checksum: the reply is held against them
}

std::error_code TcpAttempt::start(const Endpoint& endpoint, const SourceSettings& source) {
    const int family = net::family_of(endpoint.address);
    unwatched_ = net::Descriptor{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!unwatched_.is_open()) {
        return last_error();
    }
    net::enable_error_queue(descriptor(), family);
    if (request_.attempt <= 1) {
        // The handshake's last ACK waits for our frame and rides with it: a packet less each way.
        // Later attempts send it alone: where the frame is dropped and both ends are reset, the
        // server must have seen the handshake to tell of it.
        const int off = 0;
        setsockopt(descriptor(), IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
    }
    if (frames_ == Frames::one) {
        // Holds the frame back until the end of our stream. MSG_MORE would too, but leaves PSH out:
        // there are firewalls that stop what has it, and all other programs' data has.
        const int on = 1;
        setsockopt(descriptor(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
    }
    if (const auto error = set_up_source(descriptor(), Protocol::tcp, family, source)) {
        if (is_shortage(error.value()) && source.port) {
            return error;
        }
        error_ = error;
        tell_later(TcpEvent::local_error);
        return {};
    }
    const net::Sockaddr remote{endpoint.socket_address()};
    started_ = now();
    int failure = 0;
    if (connect(descriptor(), remote.data(), remote.size()) == 0 || errno == EINPROGRESS) {
        local_ = net::local_address(descriptor());
        if (is_same_end(local_, endpoint.socket_address())) {
            return connected_to_itself(source);
        }
        // A near peer's answer is there by now.
        failure = write_request();
        connected_ = failure == 0;
    } else {
        failure = errno;
        if (is_shortage(failure) && has_source_address(remote)) {
            return {failure, std::system_category()};
        }
    }
    if (failure == 0 || failure == EAGAIN) {
        return watch(family);
    }
    asio::post(socket_.get_executor(), [self = shared_from_this(), failure] {
        if (!self->closed_) {
            self->fail_to_connect({failure, std::system_category()});
        }
    });
    return {};
}

/// The kernel gave us the very port that we try, on this machine: such a connect meets itself
/// (RFC 9293 section 3.5, simultaneous open), and tells of nobody else. Another port will do.
std::error_code TcpAttempt::connected_to_itself(const SourceSettings& source) {
    unwatched_ = {};
    if (!source.port) {
        return {EADDRNOTAVAIL, std::system_category()};
    }
    error_ = {EADDRINUSE, std::system_category()};
    tell_later(TcpEvent::local_error);
    return {};
}

std::error_code TcpAttempt::watch(int family) {
    boost::system::error_code error;
    socket_.assign(family == AF_INET ? tcp::v4() : tcp::v6(), unwatched_.get(), error);
    if (error) {
        return error;
    }
    unwatched_.release();
    connected_ ? wait_readable() : wait_writable();
    return {};
}

void TcpAttempt::close() {
    closed_ = true;
    unwatched_ = {};
    boost::system::error_code ignored;
    socket_.close(ignored);
}

bool TcpAttempt::data_acknowledged() {
    int unacknowledged = 0;
    return connected_ && !closed_ && ioctl(descriptor(), SIOCOUTQ, &unacknowledged) == 0 &&
           unacknowledged == 0;
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
    const int failure = write_request();
    if (failure == 0) {
        connected_ = true;
        tell(TcpEvent::connected);
        if (!closed_) {
            wait_readable();
        }
    } else if (failure != EAGAIN) {
        fail_to_connect({failure, std::system_category()});
    } else if (!take_queued_icmp()) {
        wait_writable();
    }
}

bool TcpAttempt::take_queued_icmp() {
    while (const auto queued = net::next_error(descriptor())) {
        if (queued->icmp && meaning(*queued->icmp) != IcmpMeaning::other) {
            icmp_ = queued->icmp;
            tell(TcpEvent::icmp);
            return true;
        }
    }
    return false;
}

void TcpAttempt::fail_to_connect(std::error_code error) {
    round_trip_ = now() - started_;
    if (take_queued_icmp()) {
        return;
    }
    error_ = error;
    switch (error.value()) {
        case ECONNREFUSED: tell(TcpEvent::reset); break;
        case ECONNRESET:  // only a connection that has come about can be reset
        case EPIPE:       // and then its peer has ended its stream before
            connected_ = true;
            tell(TcpEvent::connected);
            if (!closed_) {
                tell(TcpEvent::data_reset);
            }
            break;
        case ENETUNREACH:
        case EHOSTUNREACH: tell(TcpEvent::no_route); break;
        case ETIMEDOUT: break;  // the kernel has stopped asking: silence, which the owner times
        default: tell(TcpEvent::local_error); break;
    }
}

void TcpAttempt::send(const Frame& request) {
    set_request(request);
    received_ = 0;
    if (const int failure = write_request(); failure != 0) {
        error_ = {failure, std::system_category()};
        tell_later(TcpEvent::data_reset);
    } else {
        wait_readable();
    }
}

/// 0 or errno; EAGAIN: the handshake is not complete (a fresh or an idle connection has room for
/// one small frame).
int TcpAttempt::write_request() {
    sent_ = now();
    Frame stamped = request_;  // the frame tells when it was sent, not when it was made
    stamped.client_time += static_cast<std::uint64_t>((sent_ - made_).count());
    encode_header(stamped, bytes_out_);
    if (::send(descriptor(), bytes_out_.data(), bytes_out_.size(), MSG_NOSIGNAL) < 0) {
        return errno;
    }
    if (frames_ == Frames::one) {
        shutdown(descriptor(), SHUT_WR);  // sends both in one packet, the cork notwithstanding
    }
    return 0;
}

void TcpAttempt::on_readable() {
    const auto size =
        recv(descriptor(), bytes_in_.data() + received_, bytes_in_.size() - received_, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        wait_readable();
    } else if (size < 0) {
        error_ = last_error();
        if (!take_queued_icmp()) {
            tell(TcpEvent::data_reset);
        }
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
    if (const auto request = decode_quote(bytes)) {
        const bool this_one = request->nonce == request_.nonce;
        reflected_ = this_one;
        const bool ours = request->nonce.session == request_.nonce.session;
        tell(ours && !this_one ? TcpEvent::crossed : TcpEvent::foreign_data);
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
