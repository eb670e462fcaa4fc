#include "server/server.hpp"

#include <spdlog/spdlog.h>
#include <sys/random.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <iterator>
#include <new>
#include <system_error>
#include <tuple>
#include <utility>

#include "common/net/descriptor_limit.hpp"
#include "server/all_ports.hpp"
#include "server/half_open.hpp"
#include "server/log_unexpected.hpp"
#include "server/open_sockets.hpp"
#include "server/tcp_listener.hpp"
#include "server/udp_responder.hpp"

namespace pt::server {
namespace {

namespace asio = boost::asio;

/// Descriptors that are neither ports nor connections: standard streams, the event queue, the log.
constexpr std::size_t own_descriptors = 16;

/// Of the limit, this much is kept from ports, so that there is something to accept with.
std::size_t kept_for_connections(std::size_t limit) {
    return std::clamp<std::size_t>(limit / 8, 32, 1024);
}

Secrets draw_secrets() {
    Secrets secrets;
    // Never fails nor is cut short for so few bytes once the kernel has entropy (getrandom(2)).
    while (getrandom(&secrets, sizeof secrets, 0) != sizeof secrets) {
        if (errno != EINTR) {
            throw std::system_error{errno, std::system_category(), "getrandom"};
        }
    }
    return secrets;
}

std::size_t connection_cap(const ServerConfig& config, std::size_t limit, std::size_t sockets) {
    const std::size_t taken = sockets + own_descriptors;
    const std::size_t room = limit > taken ? limit - taken : 1;
    return std::min(config.max_connections.value_or(room), room);
}

PortTable merge(PortTable left, const PortTable& right) {
    left.insert(left.end(), right.begin(), right.end());
    std::stable_sort(left.begin(), left.end(), [](const PortEntry& one, const PortEntry& other) {
        return std::tie(one.protocol, one.port) < std::tie(other.protocol, other.port);
    });
    return left;
}

void log_closed(const ConnectionList::Expired& closed) {
    if (closed.mute > 0) {
        spdlog::debug("{} connections closed that delivered no frame in time", closed.mute);
    }
    if (closed.idle > 0) {
        spdlog::debug("{} connections closed that were idle for too long", closed.idle);
    }
}

/// What is done every now and then: closes connections that have outstayed their time, and tells
/// of new peers that went unnamed.
void tidy_up(ServerState& state, TimePoint now) {
    const auto closed =
        state.connections.close_expired(now, state.patience.first_frame, state.patience.idle);
    state.counters.closed_mute += closed.mute;
    state.counters.closed_idle += closed.idle;
    log_closed(closed);
    if (const auto held_back = state.new_peers.take_held_back(now); held_back > 0) {
        spdlog::info("{} more first frames from new peers or on new ports", held_back);
    }
    if (state.steering) {
        state.steering->refresh(now);
    }
    if (state.journal_file) {
        state.journal_file->update(now);
    }
}

/// Tidies up until the server stops; then gives the drain its time, and closes what is left. Ends
/// when it is stopping and no connection is left.
asio::awaitable<void> sweep(std::shared_ptr<ServerState> state,
                            std::shared_ptr<asio::steady_timer> timer) {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    constexpr std::chrono::milliseconds longest{250};
    constexpr std::chrono::milliseconds drain_interval{5};
    const auto interval =
        std::clamp(state->patience.first_frame / 10, std::chrono::milliseconds{1}, longest);
    std::optional<TimePoint> drain_end;
    for (;;) {
        const TimePoint now = steady_now();
        if (state->stopping) {
            drain_end = drain_end.value_or(now + state->patience.drain);
            if (state->connections.empty()) {
                break;
            }
            if (now >= *drain_end) {
                state->connections.close_all();
            }
        }
        try {
            tidy_up(*state, now);
        } catch (const std::bad_alloc&) {
            // The next turn makes up for it.
        }
        timer->expires_after(state->stopping ? std::min(interval, drain_interval) : interval);
        co_await timer->async_wait(token);
    }
    if (state->journal_file) {
        state->journal_file->finish(steady_now());
    }
    if (state->drained) {
        state->drained();
    }
}

}  // namespace

Server::Server(asio::io_context& context, const ServerConfig& config) : context_{context} {
    const std::size_t limit = net::raise_descriptor_limit();
    const auto addresses = config.addresses.empty() ? default_addresses() : config.addresses;
    const std::size_t ceiling = limit - std::min(limit, kept_for_connections(limit));
    auto all = take_all_ports(config.all_ports, addresses, ceiling);
    PortSet one_by_one = config.ports;
    one_by_one.insert(all.one_by_one);
    auto opened = open_sockets(one_by_one, addresses, ceiling);
    ports_ = merge(std::move(all.table), opened.table);
    std::move(all.sockets.begin(), all.sockets.end(), std::back_inserter(opened.sockets));
    state_ = std::make_shared<ServerState>(draw_secrets(), config.patience,
                                           connection_cap(config, limit, opened.sockets.size()));
    state_->steering = std::move(all.keeper);
    Archive& archive = state_->responder.archive();
    archive.set_ports(ports_);
    if (state_->steering) {
        // The archive goes with the state that holds it.
        archive.set_state_source([&state = *state_](Protocol protocol, Port port, TimePoint since) {
            return state.steering ? state.steering->state(protocol, port, since) : std::nullopt;
        });
    }
    archive.set_handshake_sources(
        [&connections = state_->connections](const IpAddress& peer, TimePoint since,
                                             const std::function<void(Port)>& take) {
            connections.for_each_mute(peer, since, take);
            return true;
        },
        [half_open = std::make_shared<HalfOpen>()](const IpAddress& peer, TimePoint now,
                                                   const std::function<void(Port)>& take) {
            return half_open->for_each(peer, now, take);
        });
    if (config.journal_file && !opened.sockets.empty()) {
        state_->journal_file =
            std::make_unique<JournalFile>(*config.journal_file, archive, instance(), steady_now());
    }
    for (auto& socket : opened.sockets) {
        switch (socket.protocol) {
            case Protocol::tcp:
                listeners_.push_back(std::make_shared<TcpListener>(context, std::move(socket)));
                break;
            case Protocol::udp:
                responders_.push_back(std::make_shared<UdpResponder>(context, std::move(socket)));
                break;
        }
    }
    sweep_timer_ = std::make_shared<asio::steady_timer>(context);
}

Server::~Server() = default;

std::optional<Port> Server::port(Protocol protocol, const IpAddress& address) const {
    const auto found = std::find_if(ports_.begin(), ports_.end(), [&](const PortEntry& entry) {
        return entry.protocol == protocol && entry.address == address &&
               entry.state == PortState::listening;
    });
    return found == ports_.end() ? std::nullopt : std::optional{found->port};
}

void Server::start() {
    for (const auto& listener : listeners_) {
        asio::co_spawn(context_, TcpListener::run(state_, listener), LogUnexpected{});
    }
    for (const auto& responder : responders_) {
        asio::co_spawn(context_, UdpResponder::run(state_, responder), LogUnexpected{});
    }
    asio::co_spawn(context_, sweep(state_, sweep_timer_), LogUnexpected{});
}

void Server::stop(std::function<void()> drained) {
    if (std::exchange(state_->stopping, true)) {
        return;
    }
    state_->drained = std::move(drained);
    state_->steering.reset();
    for (const auto& listener : listeners_) {
        listener->close();
    }
    for (const auto& responder : responders_) {
        responder->answer_queued(*state_);
        responder->close();
    }
    state_->connections.cancel_all();
    sweep_timer_->cancel();
}

}  // namespace pt::server
