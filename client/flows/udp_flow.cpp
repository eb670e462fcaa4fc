#include "client/flows/udp_flow.hpp"

#include <cerrno>
#include <chrono>

#include "client/probe/reply.hpp"
#include "common/net/clock.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {

UdpFlow::UdpFlow(boost::asio::io_context& context, std::size_t port, FlowKind kind,
                 const Endpoint& endpoint, FlowFrames frames, FlowObserver& observer)
    : channel_{context, *this},
      port_{port},
      kind_{kind},
      endpoint_{endpoint},
      frames_{frames},
      observer_{observer},
      begun_{net::steady_now()} {}

std::error_code UdpFlow::open(const SourceSettings& source) {
    return channel_.open(net::family_of(endpoint_.address), source);
}

void UdpFlow::send(std::uint32_t id) {
    const auto now = net::steady_now();
    const Frame request = frames_.request(endpoint_, id, now);
    under_way_.emplace(id, Sent{request, now});
    if (under_way_.size() > max_under_way) {
        under_way_.erase(under_way_.begin());
    }
    channel_.queue(encode_request(request), endpoint_.socket_address(), {});
    channel_.flush();
}

void UdpFlow::on_datagram(const net::Datagram& datagram, const SocketAddress&) {
    if (datagram.source != endpoint_.socket_address() || datagram.truncated || under_way_.empty()) {
        return;
    }
    const auto frame = decode(datagram.payload);
    const auto sent = frame ? under_way_.find(frame->nonce.sequence) : under_way_.end();
    if (sent == under_way_.end()) {
        if (!frame) {  // no frame of pt, and which request it replies to is not known
            tell(under_way_.rbegin()->first, FlowState::answered);
        }
        return;
    }
    const auto reply = judge_reply(datagram.payload, sent->second.request);
    if (reply.kind != ReplyKind::echo) {
        tell(sent->first, FlowState::answered);
        return;
    }
    const auto in_server = std::chrono::microseconds{reply.frame.server_time_us};
    const auto received = net::steady_now() - datagram.waited;
    if (kind_ == FlowKind::fresh) {
        observer_.on_echo(port_, reply.frame);
    }
    tell(sent->first, FlowState::open, pt::round_trip(sent->second.at, received, in_server));
}

void UdpFlow::on_queued_error(const net::QueuedError& error) {
    if (!error.icmp || meaning(*error.icmp) == IcmpMeaning::other ||
        error.destination != endpoint_.socket_address()) {
        return;
    }
    // What quotes no frame of ours may be about anything that was sent from here.
    const auto quoted = decode_quote(error.quoted_payload());
    const auto sent = quoted ? under_way_.find(quoted->nonce.sequence) : under_way_.end();
    if (sent != under_way_.end() && quoted->nonce == sent->second.request.nonce) {
        tell(sent->first, state_of(*error.icmp));
    }
}

void UdpFlow::on_send_failure(std::optional<Slot>, std::error_code error) {
    if (under_way_.empty()) {
        return;
    }
    const auto id = under_way_.rbegin()->first;
    if (error.value() == ENETUNREACH || error.value() == EHOSTUNREACH) {
        tell(id, FlowState::no_route);
        return;
    }
    under_way_.erase(id);
    observer_.on_failure({port_, kind_, id}, error);
}

void UdpFlow::on_unreadable(std::error_code error) {
    observer_.on_failure({port_, kind_, 0}, error);
}

void UdpFlow::tell(std::uint32_t id, FlowState outcome, std::optional<Nanoseconds> round_trip) {
    under_way_.erase(id);
    observer_.on_outcome({port_, kind_, id}, outcome, round_trip);
}

}  // namespace pt::client
