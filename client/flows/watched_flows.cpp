#include "client/flows/watched_flows.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <utility>

#include "common/net/clock.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// Where the path allows it, new connections are closed before the kernel sends their SYN again,
/// after a second (RFC 6298 section 2): which of the two it was that arrived would not be known.
constexpr Nanoseconds min_lifetime = 900ms;
/// A reply that comes so much later than most is waited for.
constexpr int lifetime_in_timeouts = 2;
/// So long an established flow may be without a reply while new ones have theirs.
constexpr Nanoseconds max_established_silence = 10s;
/// What is due so soon is done along.
constexpr Nanoseconds slack = 1ms;
constexpr Nanoseconds cleaning_gap = 50ms;

}  // namespace

WatchedFlows::WatchedFlows(boost::asio::io_context& context, const SourceSettings& source,
                           const Sessions& sessions, const WatchRhythm& rhythm,
                           std::vector<WatchedPort>& ports, std::ostream& errors, Handlers handlers)
    : context_{context},
      source_{source},
      rhythm_{rhythm},
      ports_{ports},
      errors_{errors},
      handlers_{std::move(handlers)},
      fresh_frames_{sessions.fresh, net::steady_now(), id_of(source.key)},
      established_frames_{sessions.established, net::steady_now(), id_of(source.key)},
      tcp_{context, source, fresh_frames_, established_frames_, as_observer()} {
    const auto now = net::steady_now();
    const auto count = static_cast<Nanoseconds::rep>(ports_.size());
    for (Nanoseconds::rep port = 0; port < count; ++port) {
        // Spread over the time from one attempt to the next.
        const auto first = now + rhythm_.attempt * port / count;
        turns_.push_back({first, first, 1, nullptr});
    }
}

TimePoint WatchedFlows::next_due() const {
    TimePoint due = TimePoint::max();
    for (const Turn& turn : turns_) {
        due = std::min({due, turn.attempt, turn.frame});
    }
    return due;
}

void WatchedFlows::send_due(TimePoint now) {
    close_old(now);
    for (std::size_t port = 0; port < turns_.size(); ++port) {
        Turn& turn = turns_[port];
        if (turn.attempt <= now + slack) {
            turn.attempt = std::max(turn.attempt + rhythm_.attempt, now);
            send_attempt(port, now);
        }
        if (turn.frame <= now + slack) {
            turn.frame = std::max(turn.frame + rhythm_.frame, now);
            send_frame(port, now);
        }
    }
}

void WatchedFlows::resume(TimePoint now) {
    for (Turn& turn : turns_) {
        turn.attempt = std::max(turn.attempt, now);
        turn.frame = std::max(turn.frame, now);
    }
}

void WatchedFlows::send_attempt(std::size_t port, TimePoint now) {
    const Endpoint& endpoint = ports_[port].endpoint();
    const auto id = ++last_id_;
    ports_[port].fresh().sent(id, now);
    std::error_code error;
    if (endpoint.protocol == Protocol::tcp) {
        auto& number = turns_[port].attempt_number;
        number = static_cast<std::uint8_t>(3 - number);
        error = tcp_.start_new(port, endpoint, id, number);
    } else if (auto flow = open_udp(port, FlowKind::fresh, error)) {
        error = flow->send(id);
        udp_.push_back(std::move(flow));
    }
    if (error) {
        on_failure({port, FlowKind::fresh, id}, error);
    } else {
        ports_[port].note_attempt(now);
    }
}

std::shared_ptr<UdpFlow> WatchedFlows::open_udp(std::size_t port, FlowKind kind,
                                                std::error_code& error) {
    const auto& frames = kind == FlowKind::fresh ? fresh_frames_ : established_frames_;
    auto flow = std::make_shared<UdpFlow>(context_, received_, port, kind, ports_[port].endpoint(),
                                          frames, as_observer());
    error = flow->open(source_);
    return error ? nullptr : flow;
}

/// A flow is kept where pt-server replies: no other service keeps one open.
void WatchedFlows::send_frame(std::size_t port, TimePoint now) {
    WatchedPort& watched = ports_[port];
    const bool is_kept = watched.established().state() != FlowState::unknown;
    if (!is_kept && watched.fresh().state() != FlowState::open) {
        return;
    }
    const auto lost = watched.established_lost_since();
    if (lost && now - *lost > max_established_silence) {
        give_up_established(port);
        return;
    }
    const auto id = ++last_id_;
    if (watched.endpoint().protocol == Protocol::udp) {
        send_datagram(port, id, now);
    } else if (tcp_.send_established(port, watched.endpoint(), id) == TcpFlows::Sent::yes) {
        watched.established().sent(id, now);
    }
}

void WatchedFlows::send_datagram(std::size_t port, std::uint64_t id, TimePoint now) {
    auto& flow = turns_[port].established;
    std::error_code error;
    if (!flow) {
        flow = open_udp(port, FlowKind::established, error);
    }
    ports_[port].established().sent(id, now);
    error = flow ? flow->send(id) : error;
    if (error) {
        on_failure({port, FlowKind::established, id}, error);
    }
}

void WatchedFlows::give_up_established(std::size_t port) {
    tcp_.close_established(port);
    if (auto flow = std::exchange(turns_[port].established, nullptr)) {
        flow->close();
    }
    on_end(port, FlowEnd::given_up);
}

/// Now and then: there may be thousands.
void WatchedFlows::close_old(TimePoint now) {
    if (now < next_cleaning_) {
        return;
    }
    next_cleaning_ = now + cleaning_gap;
    const auto is_old = [&](std::size_t port, TimePoint begun) {
        const auto lifetime = lifetime_in_timeouts * ports_[port].fresh().timeout();
        return begun + std::max(min_lifetime, lifetime) < now;
    };
    tcp_.close_old(is_old);
    std::erase_if(udp_, [&](const std::shared_ptr<UdpFlow>& flow) {
        const bool is_done = is_old(flow->port(), flow->begun());
        if (is_done) {
            flow->close();
        }
        return is_done;
    });
}

FlowMonitor& WatchedFlows::monitor_of(const FlowAttempt& attempt) {
    WatchedPort& port = ports_[attempt.port];
    return attempt.kind == FlowKind::fresh ? port.fresh() : port.established();
}

void WatchedFlows::on_connected(const FlowAttempt& attempt) {
    monitor_of(attempt).connected(attempt.id);
}

void WatchedFlows::on_outcome(const FlowAttempt& attempt, FlowState outcome,
                              std::optional<Nanoseconds> round_trip) {
    const auto now = net::steady_now();
    monitor_of(attempt).finished(attempt.id, outcome, round_trip, now);
    if (attempt.kind == FlowKind::fresh && round_trip) {
        ports_[attempt.port].note_round_trip(*round_trip);
    }
    handlers_.heard(attempt.port);
}

void WatchedFlows::on_echo(std::size_t port, const Frame& echo) {
    if (ports_[port].note_path(echo.seen_destination, echo.seen_source.address)) {
        handlers_.path_changed(port);
    }
}

void WatchedFlows::on_failure(const FlowAttempt& attempt, std::error_code error) {
    monitor_of(attempt).discard(attempt.id);
    if (attempt.kind == FlowKind::fresh) {
        ports_[attempt.port].note_failure(net::steady_now());
    }
    if (error && known_errors_.insert(error.value()).second) {
        errors_ << "pt-client: attempts that this machine cannot make are not counted: "
                << error.message() << std::endl;
    }
}

void WatchedFlows::on_end(std::size_t port, FlowEnd reason) {
    ports_[port].established_ended(reason, net::steady_now());
    handlers_.heard(port);
}

}  // namespace pt::client
