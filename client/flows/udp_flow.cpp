#include "client/flows/udp_flow.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>
#include <vector>

#include "client/probe/reply.hpp"
#include "common/net/clock.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

using boost::asio::ip::udp;

bool is_no_route(int error) { return error == ENETUNREACH || error == EHOSTUNREACH; }

}  // namespace

UdpFlow::UdpFlow(boost::asio::io_context& context, net::ReceiveBatch& received, std::size_t port,
                 FlowKind kind, const Endpoint& endpoint, FlowFrames frames, FlowObserver& observer)
    : socket_{context},
      received_{received},
      port_{port},
      kind_{kind},
      endpoint_{endpoint},
      frames_{frames},
      observer_{observer},
      begun_{net::steady_now()} {}

std::error_code UdpFlow::open(const SourceSettings& source) {
    const int family = net::family_of(endpoint_.address);
    boost::system::error_code failure;
    socket_.open(family == AF_INET ? udp::v4() : udp::v6(), failure);
    if (!failure) {
        socket_.native_non_blocking(true, failure);
    }
    if (failure) {
        return failure;
    }
    const int descriptor = socket_.native_handle();
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    net::enable_error_queue(descriptor, family);
    net::enable_ancillary_data(descriptor, family);
    SourceSettings bound = source;
    bound.port = bound.port.value_or(Port{0});
    if (const auto error = set_up_source(descriptor, Protocol::udp, family, bound)) {
        return error;
    }
    own_port_ = net::local_address(descriptor).port;
    key_ = source.key;
    wait_readable();
    return {};
}

void UdpFlow::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

std::error_code UdpFlow::send(std::uint64_t id) {
    const auto now = net::steady_now();
    const Frame request = frames_.request(endpoint_, static_cast<std::uint32_t>(id), now);
    auto bytes = encode_request(request);
    sign(key_, bytes);
    const net::Sockaddr to{endpoint_.socket_address()};
    ssize_t sent = -1;
    // An error may be that of an ICMP message about an earlier datagram: it is in the queue.
    for (int tries = 0; tries < 2 && sent < 0; ++tries) {
        sent = sendto(socket_.native_handle(), bytes.data(), bytes.size(), 0, to.data(), to.size());
        if (sent < 0 && !take_errors()) {
            break;
        }
    }
    const int error = sent < 0 ? errno : 0;
    if (error != 0 && !is_no_route(error)) {
        return {error, std::system_category()};
    }
    under_way_.push_back({id, request, now});
    if (under_way_.size() > max_under_way) {
        under_way_.pop_front();
    }
    if (error != 0) {
        tell(std::prev(under_way_.end()), FlowState::no_route);
    }
    return {};
}

void UdpFlow::wait_readable() {
    socket_.async_wait(udp::socket::wait_read,
                       [self = shared_from_this()](boost::system::error_code error) {
                           if (!error && self->socket_.is_open()) {
                               self->on_readable();
                           }
                       });
}

void UdpFlow::on_readable() {
    take_errors();
    while (socket_.is_open()) {
        std::error_code error;
        const auto datagrams = received_.receive(socket_.native_handle(), own_port_, error);
        if (datagrams.empty() && !(error && take_errors())) {
            break;
        }
        for (const net::Datagram& datagram : datagrams) {
            take_datagram(datagram);
        }
    }
    if (socket_.is_open()) {
        wait_readable();
    }
}

/// Whether there were any.
bool UdpFlow::take_errors() {
    bool any = false;
    while (socket_.is_open()) {
        const auto error = net::next_error(socket_.native_handle());
        if (!error) {
            break;
        }
        any = true;
        take_error(*error);
    }
    return any;
}

std::deque<UdpFlow::Sent>::iterator UdpFlow::find(std::uint32_t sequence) {
    return std::find_if(under_way_.begin(), under_way_.end(), [sequence](const Sent& sent) {
        return sent.request.nonce.sequence == sequence;
    });
}

void UdpFlow::take_datagram(const net::Datagram& datagram) {
    if (datagram.source != endpoint_.socket_address() || datagram.truncated || under_way_.empty()) {
        return;
    }
    const auto frame = decode(datagram.payload);
    const bool genuine = frame && is_genuine(key_, datagram.payload);
    if (key_ && !genuine) {
        return;  // of somebody without the key; the reply may be behind it
    }
    if (!frame) {  // no frame of pt, and which request it replies to is not known
        tell(std::prev(under_way_.end()), FlowState::answered);
        return;
    }
    const auto sent = find(frame->nonce.sequence);
    if (sent == under_way_.end()) {
        return;
    }
    const auto reply = judge_reply(datagram.payload, sent->request, genuine);
    if (reply.kind != ReplyKind::echo) {
        tell(sent, FlowState::answered);
        return;
    }
    if (kind_ == FlowKind::fresh) {
        observer_.on_echo(port_, reply.frame);
    }
    const auto in_server = std::chrono::microseconds{reply.frame.server_time_us};
    const auto received = net::steady_now() - datagram.waited;
    tell(sent, FlowState::open, pt::round_trip(sent->at, received, in_server));
}

void UdpFlow::take_error(const net::QueuedError& error) {
    if (!error.icmp || meaning(*error.icmp) == IcmpMeaning::other ||
        error.destination != endpoint_.socket_address()) {
        return;
    }
    // What quotes no frame of ours may be about anything that was sent from here.
    const auto quoted = decode_quote(error.quoted_payload());
    const auto sent = quoted ? find(quoted->nonce.sequence) : under_way_.end();
    if (sent != under_way_.end() && quoted->nonce == sent->request.nonce) {
        tell(sent, state_of(*error.icmp));
    }
}

void UdpFlow::tell(std::deque<Sent>::iterator sent, FlowState outcome,
                   std::optional<Nanoseconds> round_trip) {
    const FlowAttempt attempt{port_, kind_, sent->id};
    under_way_.erase(sent);
    observer_.on_outcome(attempt, outcome, round_trip);
}

}  // namespace pt::client
