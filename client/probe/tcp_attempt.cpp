#include "client/probe/tcp_attempt.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "common/net/clock.hpp"
#include "common/net/error_queue.hpp"
#include "common/net/local_fault.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using Wait = net::EpollSet::Wait;

bool is_same_end(const SocketAddress& one, const SocketAddress& other) {
    return one.port == other.port && one.address.bytes() == other.address.bytes();
}

/// EPERM and EINVAL come from a firewall or a route of this machine.
TcpEvent failure_event(int error) {
    const bool is_local = net::is_local_fault(error) || error == EPERM || error == EINVAL;
    return is_local ? TcpEvent::local_error : TcpEvent::data_reset;
}

}  // namespace

TcpAttempt::TcpAttempt(TcpSockets& sockets, Owner& owner, Purpose purpose, const Frame& request,
                       Frames frames)
    : sockets_{sockets}, owner_{owner}, purpose_{purpose}, frames_{frames} {
    set_request(request, default_request_size);
}

void TcpAttempt::set_request(const Frame& request, std::size_t size) {
    made_ = net::steady_now();
    request_ = completed(request, size);
    bytes_out_ = encode_request(request, size);
}

std::error_code TcpAttempt::open(int family, std::optional<Port> source_port) {
    family_ = family;
    std::error_code error;
    socket_ = sockets_.open(
        family,
        frames_ == Frames::one ? TcpSockets::Sending::with_end : TcpSockets::Sending::at_once,
        source_port, error);
    if (sockets_.marks_syns() && !error) {
        mark_syn(descriptor(), request_.port, request_.attempt);
    }
    if (request_.attempt <= 1 && !error) {
        // The handshake's last ACK waits for our frame and rides with it: a packet less each way.
        // Later attempts send it alone: where the frame is dropped and both ends are reset, the
        // server must have seen the handshake to tell of it.
        const int off = 0;
        setsockopt(descriptor(), IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
    }
    return error;
}

std::error_code TcpAttempt::start(const Endpoint& endpoint, std::optional<Port> source_port) {
    link_local_ = endpoint.address.is_link_local_v6();
    if (const auto error = open(net::family_of(endpoint.address), source_port)) {
        failure_ = error.value();
        // Without a port to wait for, it is the source address that is not to be had.
        const bool no_address = failure_ == EADDRNOTAVAIL && !sockets_.source().port;
        return is_shortage(failure_) && !no_address ? error : std::error_code{};
    }
    const net::Sockaddr remote{endpoint.socket_address()};
    started_ = net::steady_now();
    if (connect(descriptor(), remote.data(), remote.size()) == 0 || errno == EINPROGRESS) {
        local_ = net::local_address(descriptor());
        if (is_same_end(local_, endpoint.socket_address())) {
            return connected_to_itself();
        }
        // A near peer's answer is there by now.
        failure_ = write_request();
        connected_ = failure_ == 0;
        return {};
    }
    failure_ = errno;
    if (source_port && (failure_ == EADDRNOTAVAIL || failure_ == EADDRINUSE)) {
        return start(endpoint);  // that port has a connection there already
    }
    return is_shortage(failure_) && has_source_address(remote)
               ? std::error_code{failure_, std::system_category()}
               : std::error_code{};
}

/// The kernel gave us the very port that we try, on this machine: such a connect meets itself
/// (RFC 9293 section 3.5, simultaneous open), and tells of nobody else. Another port will do.
std::error_code TcpAttempt::connected_to_itself() {
    socket_ = {};
    if (!sockets_.source().port) {
        return {EADDRNOTAVAIL, std::system_category()};
    }
    failure_ = EADDRINUSE;
    return {};
}

void TcpAttempt::check() {
    if (closed_) {
        return;
    }
    if (connected_) {
        read();
    } else if (failure_ != EAGAIN) {
        fail_to_connect({failure_, std::system_category()});
    }
    if (!socket_.is_open()) {
        return;
    }
    error_ = sockets_.ready().add(descriptor(), connected_ ? Wait::readable : Wait::writable,
                                  weak_from_this());
    watched_ = !error_;
    if (error_) {
        tell(TcpEvent::local_error);
    }
}

void TcpAttempt::close() {
    closed_ = true;
    if (socket_.is_open() && may_serve_again()) {
        sockets_.take_back(std::move(socket_), family_, watched_);
    }
    socket_ = {};
}

void TcpAttempt::on_ready() {
    if (closed_) {
        return;
    }
    if (!connected_) {
        on_connect_progress();
    } else if (!read()) {
        drop_queued_errors();
    }
}

/// Writable, or in error, or woken by the error queue alone: an ICMP error that arrives while the
/// kernel still works on our own connect call ends up only there, and the connect goes on.
void TcpAttempt::on_connect_progress() {
    const int failure = write_request();
    if (failure == 0) {
        connected_ = true;
        sockets_.ready().change(descriptor(), Wait::readable);
        tell(TcpEvent::connected);
    } else if (failure != EAGAIN) {
        fail_to_connect({failure, std::system_category()});
    } else {
        take_queued_icmp();
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
    round_trip_ = net::steady_now() - started_;
    if (take_queued_icmp()) {
        return;
    }
    error_ = error;
    switch (error.value()) {
        case ECONNREFUSED:
            refused_ = true;
            tell(TcpEvent::reset);
            break;
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
        case ETIMEDOUT: socket_ = {}; break;  // the kernel has stopped asking; the owner goes on
        default: tell(TcpEvent::local_error); break;
    }
}

void TcpAttempt::send(const Frame& request, std::size_t size) {
    set_request(request, size);
    received_ = 0;
    if (const int failure = write_request(); failure != 0) {
        error_ = {failure, std::system_category()};
        tell_later(failure_event(failure));
    }
}

/// 0 or errno; EAGAIN: the handshake is not complete (a fresh or an idle connection has room for
/// one small frame).
int TcpAttempt::write_request() {
    sent_ = net::steady_now();
    first_sent_ = connected_ ? first_sent_ : sent_;
    Frame stamped = request_;  // the frame tells when it was sent, not when it was made
    stamped.client_time += static_cast<std::uint64_t>((sent_ - made_).count());
    encode_header(stamped, bytes_out_);
    sign(sockets_.source().key, bytes_out_);
    if (::send(descriptor(), bytes_out_.data(), bytes_out_.size(), MSG_NOSIGNAL) < 0) {
        return errno;
    }
    if (frames_ == Frames::one) {
        shutdown(descriptor(), SHUT_WR);  // sends both in one packet, the cork notwithstanding
    }
    return 0;
}

/// False: there is nothing.
bool TcpAttempt::read() {
    if (received_ == bytes_in_.size()) {
        received_ = 0;  // that reply has been told
    }
    const auto size =
        recv(descriptor(), bytes_in_.data() + received_, bytes_in_.size() - received_, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return false;
    }
    if (size < 0) {
        error_ = last_error();
        if (!take_queued_icmp()) {
            tell(failure_event(error_.value()));
        }
    } else if (size == 0) {
        tell(judge_end());
    } else {
        round_trip_ = net::steady_now() - sent_;
        received_ += static_cast<std::size_t>(size);
        judge();
    }
    return true;
}

/// An ICMP error about a connection that goes on is in the error queue alone, and would wake us for
/// ever.
void TcpAttempt::drop_queued_errors() {
    while (net::next_error(descriptor())) {
    }
}

/// The peer has closed before a whole reply: what it sent may have begun as one of ours.
TcpEvent TcpAttempt::judge_end() const {
    return received_ == 0                   ? TcpEvent::end_of_stream
           : received_ < frame_magic.size() ? TcpEvent::foreign_data
                                            : TcpEvent::altered_echo;
}

void TcpAttempt::judge() {
    const std::span<const std::uint8_t> bytes{bytes_in_.data(), received_};
    if (!may_be_frame(bytes)) {
        tell(TcpEvent::foreign_data);
        return;
    }
    if (received_ < bytes_in_.size()) {
        return;  // the rest follows
    }
    if (const auto request = decode_quote(bytes)) {
        const bool this_one = request->nonce == request_.nonce;
        reflected_ = this_one;
        const bool ours = request->nonce.session == request_.nonce.session;
        tell(ours && !this_one ? TcpEvent::crossed : TcpEvent::foreign_data);
        return;
    }
    reply_ = judge_reply(bytes, request_, is_genuine(sockets_.source().key, bytes));
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
    asio::post(sockets_.context(), [self = shared_from_this(), event] {
        if (!self->closed_) {
            self->tell(event);
        }
    });
}

}  // namespace pt::client
