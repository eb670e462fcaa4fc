#include "server/udp_responder.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <system_error>
#include <utility>

#include "common/net/sockaddr.hpp"

namespace pt::server {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;

Arrival to_arrival(const net::Datagram& datagram, std::chrono::nanoseconds since_read) {
    return {.protocol = Protocol::udp,
            .source = datagram.source,
            .destination = datagram.destination,
            .not_unicast = datagram.not_unicast,
            .truncated = datagram.truncated,
            .ttl = datagram.ttl,
            .tos = datagram.tos,
            .in_server = datagram.waited + since_read};
}

}  // namespace

UdpResponder::UdpResponder(asio::io_context& context, OpenSocket socket)
    : socket_{context}, any_port_{std::move(socket.any_port)}, port_{socket.address.port} {
    socket_.assign(socket.address.address.is_v4() ? udp::v4() : udp::v6(), socket.descriptor.get());
    socket.descriptor.release();
}

void UdpResponder::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

Turn UdpResponder::answer_queued(ServerState& state) {
    constexpr int most_batches = 16;
    // Shared with all others: what an exception has left in there is not this socket's.
    state.replies.clear();
    for (int batch = 0; batch < most_batches; ++batch) {
        std::error_code error;
        const auto datagrams = state.received.receive(socket_.native_handle(), port_, error);
        const TimePoint read = steady_now();
        if (error) {
            if (const auto events = state.receive_log.pass(read)) {
                spdlog::warn("cannot receive on udp {}: {}; {} such since this was last said",
                             to_number(port_), error.message(), *events);
            }
            return Turn::pause;
        }
        for (const auto& datagram : datagrams) {
            const TimePoint now = steady_now();
            const auto arrival = to_arrival(datagram, now - read);
            const auto answer = state.responder.answer_datagram(datagram.payload, arrival, now);
            if (answer) {
                add_reply(state.replies, *answer, datagram);
                state.note_echo(arrival, now);
            } else {
                state.note_silence(arrival, answer.error());
            }
        }
        send_replies(state);
        if (datagrams.size() < net::ReceiveBatch::capacity) {
            return Turn::wait;
        }
    }
    return Turn::wait;
}

void UdpResponder::add_reply(net::SendBatch& replies, std::span<const std::uint8_t> reply,
                             const net::Datagram& datagram) const {
    if (any_port_.is_open()) {
        replies.add_packet(reply, datagram.source, datagram.destination, datagram.interface);
    } else {
        replies.add(reply, datagram.source, datagram.destination.address, datagram.interface);
    }
}

/// A reply that the kernel does not take is given up: the client asks again.
void UdpResponder::send_replies(ServerState& state) {
    const int descriptor = any_port_.is_open() ? any_port_.get() : socket_.native_handle();
    std::error_code error;
    while (!state.replies.empty()) {
        state.replies.send(descriptor, error);
        if (!error) {
            return;
        }
        ++state.counters.unsent;
        state.replies.drop_first();
        if (const auto events = state.send_log.pass(steady_now())) {
            spdlog::warn("cannot reply from udp {}: {}; {} such since this was last said",
                         to_number(port_), error.message(), *events);
        }
    }
}

asio::awaitable<void> UdpResponder::run(std::shared_ptr<ServerState> state,
                                        std::shared_ptr<UdpResponder> self) {
    auto answer = [state, self] { return self->answer_queued(*state); };
    co_await whenever_readable(self->socket_, answer, state->receive_log);
}

}  // namespace pt::server
