#include "server/serve/udp_responder.hpp"

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <system_error>
#include <utility>

#include "common/net/clock.hpp"
#include "common/net/local_fault.hpp"
#include "common/net/log.hpp"
#include "common/net/sockaddr.hpp"
#include "server/serve/run_events.hpp"

namespace pt::server {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using net::field;
using net::LogKey;
using net::LogLevel;

/// Where the kernel does not tell where it went, it is where the socket is bound, if that is to one
/// address.
PacketInfo to_arrival(const net::Datagram& datagram, const SocketAddress& bound,
                      std::chrono::nanoseconds since_read) {
    SocketAddress destination = datagram.destination;
    if (destination.address.is_unspecified() && !bound.address.is_unspecified()) {
        destination.address = bound.address;
    }
    return {.protocol = Protocol::udp,
            .source = datagram.source,
            .destination = destination,
            .not_unicast = datagram.not_unicast,
            .truncated = datagram.truncated,
            .ttl = datagram.ttl,
            .tos = datagram.tos,
            .in_server = datagram.waited + since_read};
}

/// Whether what was read in one turn may have filled the receive queue. The kernel counts each
/// datagram with the whole buffer that it came in, some KiB as a rule.
class QueueFill {
public:
    void note(const net::Datagram& datagram) {
        ++datagrams_;
        large_ = large_ || datagram.truncated;
    }
    bool may_have_been_full() const {
        constexpr std::size_t enough = 8;
        return datagrams_ >= enough || large_;
    }

private:
    std::size_t datagrams_ = 0;
    bool large_ = false;
};

/// Whoever sends much to one socket does not keep the others waiting.
constexpr Nanoseconds max_turn = std::chrono::milliseconds{1};

}  // namespace

UdpResponder::UdpResponder(asio::io_context& context, OpenSocket socket)
    : socket_{context},
      any_port_{std::move(socket.any_port)},
      bound_{socket.address},
      deaf_{Protocol::udp, socket.address} {
    socket_.assign(socket.address.address.is_v4() ? udp::v4() : udp::v6(), socket.descriptor.get());
    socket.descriptor.release();
}

void UdpResponder::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

AfterWork UdpResponder::answer_queued(WorkerState& state, Nanoseconds max_time) {
    constexpr int max_batches = 16;
    const TimePoint began = net::steady_now();
    QueueFill queue;
    // Shared with all others: what an exception has left in there is not this socket's.
    state.buffers.replies.clear();
    for (int batch = 0; batch < max_batches; ++batch) {
        std::error_code error;
        const auto datagrams =
            state.buffers.received.receive(socket_.native_handle(), bound_.port, error);
        const TimePoint read = net::steady_now();
        if (error) {
            if (const auto suppressed = state.throttles.receive.pass(read)) {
                net::log(LogLevel::warn, "cannot receive on {protocol} {port}: {error}{suppressed}",
                         field<LogKey::protocol>(Protocol::udp), field<LogKey::port>(bound_.port),
                         field<LogKey::error>(error), *suppressed);
            }
            return AfterWork::pause;
        }
        for (const auto& datagram : datagrams) {
            const TimePoint now = net::steady_now();
            const auto arrival = to_arrival(datagram, bound_, now - read);
            const auto answer = state.responder.answer_datagram(datagram.payload, arrival, now);
            if (answer) {
                add_reply(state.buffers.replies, *answer, datagram);
                state.note_answer(arrival, now);
            } else {
                state.note_silence(arrival, answer.error());
                if (answer.error() != Silence::early_query) {
                    state.responder.archive()->record().note_unattributed(
                        Protocol::udp, arrival.destination.port, now);
                }
            }
            queue.note(datagram);
        }
        send_replies(state);
        if (datagrams.size() < net::ReceiveBatch::capacity ||
            net::steady_now() - began > max_time) {
            break;
        }
    }
    if (queue.may_have_been_full()) {
        note_drops(state);
    }
    return AfterWork::wait;
}

/// What the kernel has dropped because the queue was full is of this port, or of any port where the
/// socket stands for all.
void UdpResponder::note_drops(WorkerState& state) {
    std::array<std::uint32_t, SK_MEMINFO_VARS> counters{};
    socklen_t size = sizeof counters;
    if (getsockopt(socket_.native_handle(), SOL_SOCKET, SO_MEMINFO, counters.data(), &size) == 0 &&
        std::exchange(drops_, counters[SK_MEMINFO_DROPS]) == counters[SK_MEMINFO_DROPS]) {
        return;
    }
    const TimePoint now = net::steady_now();
    const auto archive = state.responder.archive();
    if (any_port_.is_open()) {
        archive->record().note_unseen(Protocol::udp, now);
    } else {
        archive->record().note_unseen(Protocol::udp, bound_.port, now);
    }
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
void UdpResponder::send_replies(WorkerState& state) {
    const int descriptor = any_port_.is_open() ? any_port_.get() : socket_.native_handle();
    std::error_code error;
    while (!state.buffers.replies.empty()) {
        const bool sent = state.buffers.replies.send(descriptor, error) > 0;
        sending_fails_ = error ? net::is_local_fault(error.value()) : sending_fails_ && !sent;
        if (!error) {
            return;
        }
        ++state.counters.unsent;
        state.buffers.replies.drop_first();
        if (const auto suppressed = state.throttles.send.pass(net::steady_now())) {
            net::log(LogLevel::warn, "cannot reply from {protocol} {port}: {error}{suppressed}",
                     field<LogKey::protocol>(Protocol::udp), field<LogKey::port>(bound_.port),
                     field<LogKey::error>(error), *suppressed);
        }
    }
}

asio::awaitable<void> UdpResponder::run(std::shared_ptr<WorkerState> state,
                                        std::shared_ptr<UdpResponder> self,
                                        [[maybe_unused]] RunningMark mark) {
    auto answer = [state, self] { return self->answer_queued(*state, max_turn); };
    auto note_turn = [state, self](bool failing) {
        self->deaf_.note(*state, failing || self->sending_fails_);
    };
    co_await whenever_readable(state, Protocol::udp, self->socket_, answer, note_turn,
                               state->throttles.receive);
}

}  // namespace pt::server
