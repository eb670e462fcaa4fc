#include "client/flows/watched_flows.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
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
      fresh_frames_{sessions.fresh, net::steady_now()},
      established_frames_{sessions.established, net::steady_now()},
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
    if (endpoint.protocol == Protocol::tcp) {
        auto& number = turns_[port].attempt_number;
        number = static_cast<std::uint8_t>(3 - number);
        tcp_.start_new(port, endpoint, id, number);
        return;
    }
    auto flow = std::make_unique<UdpFlow>(context_, port, FlowKind::fresh, endpoint, fresh_frames_,
                                          as_observer());
    if (const auto error = flow->open(source_)) {
        on_failure({port, FlowKind::fresh, id}, error);
        return;
    }
    udp_.emplace(id, std::move(flow)).first->second->send(id);
}

/// A flow is kept where pt-server replies: nobody else keeps one open.
void WatchedFlows::send_frame(std::size_t port, TimePoint now) {
    WatchedPort& watched = ports_[port];
    const bool is_kept = watched.established().state() != FlowState::unknown;
    if (!is_kept && watched.fresh().state() != FlowState::open) {
        return;
    }
    const auto lost = watched.established_lost_since();
    if (lost && now - *lost > max_established_silence) {
        tcp_.close_established(port);
        turns_[port].established.reset();
        on_end(port, FlowEnd::timed_out);
        return;
    }
    const auto id = ++last_id_;
    if (watched.endpoint().protocol == Protocol::udp) {
        send_datagram(port, id, now);
    } else if (tcp_.send_established(port, watched.endpoint(), id)) {
        watched.established().sent(id, now);
    }
}

void WatchedFlows::send_datagram(std::size_t port, std::uint32_t id, TimePoint now) {
    auto& flow = turns_[port].established;
    if (!flow) {
        flow =
            std::make_unique<UdpFlow>(context_, port, FlowKind::established,
                                      ports_[port].endpoint(), established_frames_, as_observer());
        if (const auto error = flow->open(source_)) {
            flow.reset();
            on_failure({port, FlowKind::established, id}, error);
            return;
        }
    }
    ports_[port].established().sent(id, now);
    flow->send(id);
}

void WatchedFlows::close_old(TimePoint now) {
    auto lifetime = min_lifetime;
    for (const WatchedPort& port : ports_) {
        lifetime = std::max(lifetime, lifetime_in_timeouts * port.fresh().timeout());
    }
    const auto oldest = now - lifetime;
    tcp_.close_begun_before(oldest);
    while (!udp_.empty() && udp_.begin()->second->begun() < oldest) {
        auto& flow = udp_.begin()->second;
        flow->close();
        // What it waited for stands in the context's queue, before this: it may go only after.
        boost::asio::post(context_, [flow = std::shared_ptr<UdpFlow>{std::move(flow)}] {});
        udp_.erase(udp_.begin());
    }
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
    if (attempt.kind == FlowKind::fresh) {
        ports_[attempt.port].note_success(now);
    }
    if (attempt.kind == FlowKind::fresh && round_trip) {
        ports_[attempt.port].note_round_trip(*round_trip);
    }
    handlers_.told(attempt.port);
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
    if (error && told_errors_.insert(error.value()).second) {
        errors_ << "pt-client: attempts that this machine cannot make are not counted: "
                << error.message() << std::endl;
    }
}

void WatchedFlows::on_end(std::size_t port, FlowEnd reason) {
    ports_[port].established_ended(reason, net::steady_now());
    handlers_.told(port);
}

}  // namespace pt::client
