#include "server/serve/tcp_listener.hpp"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <cerrno>
#include <new>
#include <string>
#include <system_error>
#include <utility>

#include "common/net/clock.hpp"
#include "common/net/log.hpp"
#include "common/net/log_unexpected.hpp"
#include "common/net/sockaddr.hpp"
#include "server/serve/run_events.hpp"
#include "server/serve/tcp_connection.hpp"

namespace pt::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

enum class AcceptError {
    nothing_there,
    one_lost,  ///< the next one in the queue had died already (accept(2), "Error handling")
    shortage,  ///< of descriptors or memory
    other
};

AcceptError classify(int error) {
    switch (error) {
        case EAGAIN: return AcceptError::nothing_there;
        case EINTR:
        case ECONNABORTED:
        case EPROTO:
        case ENOPROTOOPT:
        case ENETDOWN:
        case ENETUNREACH:
        case EHOSTDOWN:
        case EHOSTUNREACH:
        case ENONET:
        case EOPNOTSUPP:
        case ETIMEDOUT:
        case EPERM: return AcceptError::one_lost;
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM: return AcceptError::shortage;
        default: return AcceptError::other;
    }
}

void log_failure(WorkerState& state, int error) {
    if (const auto suppressed = state.throttles.accept.pass(net::steady_now())) {
        const std::string reason = std::system_category().message(error);
        net::log(net::LogLevel::warn, "cannot accept: {error}{suppressed}",
                 net::field<net::LogKey::error>(reason), *suppressed);
    }
}

tcp protocol_of(int family) { return family == AF_INET ? tcp::v4() : tcp::v6(); }

}  // namespace

TcpListener::TcpListener(asio::io_context& context, OpenSocket socket)
    : acceptor_{context},
      family_{net::family_of(socket.address.address)},
      port_{socket.address.port},
      deaf_{Protocol::tcp, socket.address} {
    acceptor_.assign(protocol_of(family_), socket.descriptor.get());
    socket.descriptor.release();
}

void TcpListener::close() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

/// A client that sends its last frame together with the end of its stream is served here and now:
/// no event queue ever hears of it.
void TcpListener::take(const std::shared_ptr<WorkerState>& state, net::Descriptor descriptor,
                       const SocketAddress& peer) {
    const TimePoint now = net::steady_now();
    Conversation conversation{.peer = peer,
                              .local = net::local_address(descriptor.get()),
                              .hops = handshake_hops(descriptor.get(), family_),
                              .reader = {},
                              .unsent = {}};
    conversation.source = state->responder.archive()->record().key(conversation.peer.address,
                                                                   conversation.local.address);
    state->counters.connected(conversation.local.port);
    const Next next = exchange(*state, conversation, descriptor.get());
    if (next == Next::end) {
        note_end(*state, conversation, now);
        return;
    }
    if (!conversation.delivered()) {
        note_established(*state, conversation, now);
    }
    if (state->connections.size() >= state->settings.max_connections) {
        state->make_room("the cap on connections is reached", now);
    }
    tcp::socket socket{acceptor_.get_executor()};
    boost::system::error_code error;
    socket.assign(protocol_of(family_), descriptor.get(), error);
    if (error) {
        // The event queue would not have it: as good as a shortage, and the descriptor is closed.
        if (const auto suppressed = state->throttles.accept.pass(now)) {
            net::log(net::LogLevel::warn, "cannot watch a connection: {error}{suppressed}",
                     net::field<net::LogKey::error>(error), *suppressed);
        }
        return;
    }
    descriptor.release();
    const auto place = state->connections.add(std::move(socket), std::move(conversation), now);
    try {
        asio::co_spawn(acceptor_.get_executor(), serve(state, place, next), net::LogUnexpected{});
    } catch (const std::bad_alloc&) {
        state->connections.remove(place);
    }
}

/// Takes what waits in the queue, within a bound so that others have their turn.
AfterWork TcpListener::accept_burst(const std::shared_ptr<WorkerState>& state) {
    constexpr int most = 64;
    bool made_room = false;
    bool took_one = false;
    int failure = 0;
    for (int accepted = 0; accepted < most;) {
        net::Sockaddr peer;
        socklen_t size = net::Sockaddr::capacity;
        net::Descriptor descriptor{
            accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC)};
        if (descriptor.is_open()) {
            peer.resize(size);
            take(state, std::move(descriptor), peer.to_socket_address());
            made_room = false;
            took_one = true;
            ++accepted;
            continue;
        }
        failure = errno;
        switch (classify(failure)) {
            case AcceptError::nothing_there: return AfterWork::wait;
            case AcceptError::one_lost: ++accepted; break;
            case AcceptError::shortage:
                // One connection's room must do; where it does not, the shortage is elsewhere.
                if (made_room || !state->make_room(std::system_category().message(failure).c_str(),
                                                   net::steady_now())) {
                    return AfterWork::pause;
                }
                made_room = true;
                break;
            case AcceptError::other: log_failure(*state, failure); return AfterWork::pause;
        }
    }
    if (!took_one) {  // connections may be lost, but not all of so many: it is the call that fails
        log_failure(*state, failure);
        return AfterWork::pause;
    }
    return AfterWork::wait;
}

asio::awaitable<void> TcpListener::run(std::shared_ptr<WorkerState> state,
                                       std::shared_ptr<TcpListener> self,
                                       [[maybe_unused]] RunningMark mark) {
    auto accept = [state, self] { return self->accept_burst(state); };
    auto note_turn = [state, self](bool failing) { self->deaf_.note(*state, failing); };
    co_await whenever_readable(state, Protocol::tcp, self->acceptor_, accept, note_turn,
                               state->throttles.accept);
}

}  // namespace pt::server
