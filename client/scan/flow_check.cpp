#include "client/scan/flow_check.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/core/frame.hpp"
#include "common/net/clock.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// The further ones repeat what was lost in the first.
constexpr unsigned rounds = 3;
constexpr unsigned first_attempt = 2;  // the first one's port is the kernel's choice
constexpr Nanoseconds min_wait = 250ms;
constexpr Nanoseconds max_wait = 900ms;  // before the kernel sends a SYN again
constexpr int round_trips = 4;
/// A connection that has come about has its data sent again if need be (RFC 6298, Linux: after
/// 200 ms at first, then 400): a SYN proxy may lose it the first time. Its flow is not lost.
constexpr Nanoseconds max_data_wait = 700ms;

}  // namespace

FlowCheck::FlowCheck(boost::asio::io_context& context, ProbeTable& table,
                     FlowCheckSettings settings,
                     std::function<void(const std::vector<FlowOutcome>&)> done)
    : table_{table},
      settings_{std::move(settings)},
      done_{std::move(done)},
      spread_{settings_.ephemeral_range, settings_.seed},
      sockets_{context, settings_.source, true},
      timer_{context} {}

void FlowCheck::start() {
    started_ = net::steady_now();
    for (unsigned part = 0; part < SourceSpread::parts; ++part) {
        const unsigned attempt = first_attempt + part;
        for (const auto& endpoint : {settings_.tcp, settings_.udp}) {
            if (endpoint) {
                Flow flow;
                flow.outcome.protocol = endpoint->protocol;
                flow.outcome.destination = endpoint->port;
                flow.outcome.sent = 0;
                flow.attempt = attempt;
                flows_.push_back(std::move(flow));
            }
        }
    }
    begin_round();
}

void FlowCheck::stop() {
    ++waits_;
    timer_.cancel();
    sockets_.ready().stop();
    for (Flow& flow : flows_) {
        if (flow.tcp) {
            flow.tcp->close();
        }
    }
}

void FlowCheck::begin_round() {
    ++round_;
    waited_for_data_ = false;
    for (Flow& flow : flows_) {
        if (flow.outcome.answered) {
            continue;
        }
        if (flow.outcome.protocol == Protocol::tcp) {
            send_tcp(flow);
        } else {
            send_udp(flow);
        }
    }
    for (const Flow& flow : flows_) {
        if (flow.tcp) {
            flow.tcp->check();
        }
    }
    wait(std::clamp(settings_.round_trip * round_trips, min_wait, max_wait));
}

void FlowCheck::wait(Nanoseconds time) {
    timer_.expires_after(time);
    timer_.async_wait([this, number = ++waits_](boost::system::error_code error) {
        // One that has expired already calls although another has taken its place.
        if (!error && number == waits_) {
            end_round();
        }
    });
}

void FlowCheck::send_tcp(Flow& flow) {
    const auto port =
        flow.outcome.sent == 0 ? spread_.draw(flow.attempt) : std::optional{flow.outcome.source};
    auto attempt = std::make_shared<TcpAttempt>(
        sockets_, *this, TcpAttempt::Purpose{},
        table_.request(*settings_.tcp, table_.new_sequence(), 1), TcpAttempt::Frames::many);
    // Without a port of its own choice it would be another flow.
    if (attempt->start(*settings_.tcp, port) ||
        (flow.outcome.sent > 0 && attempt->local().port != flow.outcome.source)) {
        attempt->close();
        return;
    }
    flow.outcome.source = attempt->local().port;
    flow.outcome.last_sent = net::steady_now() - started_;
    ++flow.outcome.sent;
    flow.tcp = std::move(attempt);
    flow.ended = false;
}

void FlowCheck::send_udp(Flow& flow) {
    flow.sequence = table_.new_sequence();
    auto bytes = encode_request(table_.request(*settings_.udp, flow.sequence, 1));
    sign(settings_.source.key, bytes);
    const auto source = settings_.send(flow.attempt, bytes, settings_.udp->socket_address());
    if (source) {
        flow.outcome.source = *source;
        flow.outcome.last_sent = net::steady_now() - started_;
        ++flow.outcome.sent;
    }
}

void FlowCheck::on_tcp_event(TcpAttempt& attempt, TcpEvent event) {
    const auto found = std::find_if(flows_.begin(), flows_.end(),
                                    [&](const Flow& flow) { return flow.tcp.get() == &attempt; });
    if (event == TcpEvent::connected || found == flows_.end()) {
        return;
    }
    found->outcome.answered = event == TcpEvent::echo;
    found->ended = true;
    attempt.close();
    if (waited_for_data_ && !has_silent_connection()) {
        wait(Nanoseconds{});
    }
}

void FlowCheck::take_reply(const Frame& frame) {
    for (Flow& flow : flows_) {
        const bool ours = flow.outcome.protocol == Protocol::udp && flow.outcome.sent > 0 &&
                          flow.sequence == frame.nonce.sequence;
        flow.outcome.answered = flow.outcome.answered || ours;
    }
}

bool FlowCheck::has_silent_connection() const {
    return std::any_of(flows_.begin(), flows_.end(), [](const Flow& flow) {
        return flow.tcp && !flow.ended && flow.tcp->connected();
    });
}

void FlowCheck::end_round() {
    if (has_silent_connection() && !std::exchange(waited_for_data_, true)) {
        wait(max_data_wait);
        return;
    }
    bool lost = false;
    for (Flow& flow : flows_) {
        if (flow.tcp) {
            flow.tcp->close();
            flow.tcp.reset();
        }
        lost = lost || (!flow.outcome.answered && flow.outcome.sent > 0);
    }
    if (lost && round_ < rounds) {
        begin_round();
        return;
    }
    std::vector<FlowOutcome> outcomes;
    for (const Flow& flow : flows_) {
        if (flow.outcome.sent > 0) {
            outcomes.push_back(flow.outcome);
        }
    }
    done_(outcomes);
}

}  // namespace pt::client
