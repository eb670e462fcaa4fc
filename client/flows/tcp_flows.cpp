#include "client/flows/tcp_flows.hpp"

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "common/net/clock.hpp"

namespace pt::client {
namespace {

/// So that scans at the same time can tell them from their own.
constexpr bool mark_syns = true;

FlowEnd end_reason(const TcpAttempt& attempt, TcpEvent event) {
    switch (event) {
        case TcpEvent::end_of_stream: return FlowEnd::closed;
        case TcpEvent::altered_echo:
        case TcpEvent::foreign_data:
        case TcpEvent::crossed: return FlowEnd::other_data;
        case TcpEvent::data_reset:
            return attempt.error().value() == ETIMEDOUT ? FlowEnd::timed_out : FlowEnd::reset;
        default: return FlowEnd::error;
    }
}

}  // namespace

TcpFlows::TcpFlows(boost::asio::io_context& context, const SourceSettings& source, FlowFrames fresh,
                   FlowFrames established, FlowObserver& observer)
    : context_{context},
      sockets_{context, source, mark_syns},
      fresh_frames_{fresh},
      established_frames_{established},
      observer_{observer} {}

TcpFlows::~TcpFlows() {
    for (auto& [attempt, begun] : new_) {
        begun.connection->close();
    }
    for (auto& [port, kept] : kept_) {
        kept.connection->close();
    }
}

std::shared_ptr<TcpAttempt> TcpFlows::make(std::size_t port, const Frame& request,
                                           TcpAttempt::Frames frames) {
    return std::make_shared<TcpAttempt>(sockets_, static_cast<TcpAttempt::Owner&>(*this),
                                        TcpAttempt::Purpose{slot_at(port), 0}, request, frames);
}

void TcpFlows::check_soon(const std::shared_ptr<TcpAttempt>& attempt) {
    boost::asio::post(context_, [attempt] { attempt->check(); });
}

std::error_code TcpFlows::start_new(std::size_t port, const Endpoint& endpoint, std::uint64_t id,
                                    std::uint8_t number) {
    const auto sequence = static_cast<std::uint32_t>(id);
    auto attempt = make(port, fresh_frames_.request(endpoint, sequence, net::steady_now(), number),
                        TcpAttempt::Frames::one);
    if (const auto error = attempt->start(endpoint)) {
        return error;
    }
    check_soon(attempt);
    if (attempt->connected()) {
        observer_.on_connected({port, FlowKind::fresh, id});
    }
    const TcpAttempt* const key = attempt.get();
    new_.emplace(key, New{std::move(attempt), id});
    return {};
}

void TcpFlows::close_old(const std::function<bool(std::size_t port, TimePoint begun)>& is_old) {
    for (auto place = new_.begin(); place != new_.end();) {
        auto& connection = place->second.connection;
        if (is_old(to_index(connection->slot()), connection->started())) {
            drop(std::move(connection));
            place = new_.erase(place);
        } else {
            ++place;
        }
    }
}

TcpFlows::Sent TcpFlows::send_established(std::size_t port, const Endpoint& endpoint,
                                          std::uint64_t id) {
    const Frame request =
        established_frames_.request(endpoint, static_cast<std::uint32_t>(id), net::steady_now());
    if (const auto found = kept_.find(port); found != kept_.end()) {
        Kept& kept = found->second;
        if (kept.id != 0) {
            return Sent::last_is_under_way;
        }
        kept.id = id;
        kept.connection->send(request, default_request_size);
        return Sent::yes;
    }
    auto connection = make(port, request, TcpAttempt::Frames::many);
    if (connection->start(endpoint)) {
        return Sent::not_able;
    }
    check_soon(connection);
    kept_.emplace(port, Kept{std::move(connection), id});
    return Sent::yes;
}

void TcpFlows::close_established(std::size_t port) {
    if (const auto found = kept_.find(port); found != kept_.end()) {
        drop(std::move(found->second.connection));
        kept_.erase(found);
    }
}

/// Not from within its own call, which goes on after this one.
void TcpFlows::drop(std::shared_ptr<TcpAttempt> attempt) {
    attempt->close();
    boost::asio::post(context_, [attempt = std::move(attempt)] {});
}

void TcpFlows::on_tcp_event(TcpAttempt& attempt, TcpEvent event) {
    const auto begun = new_.find(&attempt);
    const auto kept = kept_.find(to_index(attempt.slot()));
    if (begun != new_.end()) {
        on_new(attempt, begun->second.id, event);
    } else if (kept != kept_.end() && kept->second.connection.get() == &attempt) {
        on_established(attempt, event);
    }
}

void TcpFlows::on_new(TcpAttempt& attempt, std::uint64_t id, TcpEvent event) {
    const FlowAttempt flow{to_index(attempt.slot()), FlowKind::fresh, id};
    if (event == TcpEvent::connected) {
        observer_.on_connected(flow);
        return;
    }
    const auto round_trip = event == TcpEvent::echo ? attempt.measured_round_trip() : std::nullopt;
    const auto place = new_.find(&attempt);
    drop(std::move(place->second.connection));
    new_.erase(place);
    switch (event) {
        case TcpEvent::echo:
            observer_.on_echo(flow.port, attempt.frame());
            observer_.on_outcome(flow, FlowState::open, round_trip);
            break;
        case TcpEvent::altered_echo:
        case TcpEvent::foreign_data:
        case TcpEvent::data_reset:
        case TcpEvent::end_of_stream: observer_.on_outcome(flow, FlowState::answered, {}); break;
        case TcpEvent::reset: observer_.on_outcome(flow, FlowState::refused, {}); break;
        case TcpEvent::icmp: observer_.on_outcome(flow, state_of(*attempt.icmp()), {}); break;
        case TcpEvent::no_route: observer_.on_outcome(flow, FlowState::no_route, {}); break;
        case TcpEvent::crossed:
        case TcpEvent::connected:
        case TcpEvent::local_error: observer_.on_failure(flow, attempt.error()); break;
    }
}

void TcpFlows::on_established(TcpAttempt& attempt, TcpEvent event) {
    const std::size_t port = to_index(attempt.slot());
    if (event == TcpEvent::connected) {
        return;
    }
    if (event == TcpEvent::echo) {
        Kept& kept = kept_.at(port);
        kept.proved = true;
        const auto id = std::exchange(kept.id, 0);
        observer_.on_outcome({port, FlowKind::established, id}, FlowState::open,
                             attempt.measured_round_trip());
        return;
    }
    // A connection goes on after an ICMP error (RFC 9293 section 3.9.2.2).
    if (event != TcpEvent::icmp || !attempt.connected()) {
        end_established(port, end_reason(attempt, event));
    }
}

void TcpFlows::end_established(std::size_t port, FlowEnd reason) {
    const bool proved = kept_.at(port).proved;
    const auto id = kept_.at(port).id;
    close_established(port);
    if (proved) {
        observer_.on_end(port, reason);
    } else {
        observer_.on_failure({port, FlowKind::established, id}, {});
    }
}

}  // namespace pt::client
