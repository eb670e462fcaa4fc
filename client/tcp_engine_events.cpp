// What comes back to the TCP engine: evidence for its probes, and the frames of --count.
#include <algorithm>

#include "client/tcp_engine.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

TimePoint now() { return std::chrono::steady_clock::now(); }

/// A server that is short of room ends connections too, and a reset may be anybody's: so many
/// connections in a row must have ended before that is the answer.
constexpr unsigned endings_believed = 3;
/// The least time after which Linux sends data again (TCP_RTO_MIN).
constexpr Nanoseconds shortest_repetition = 200ms;

}  // namespace

void TcpEngine::on_tcp_event(TcpAttempt& attempt, TcpEvent event) {
    const std::size_t place = attempt.probe();
    const auto found = active_.find(place);
    if (found == active_.end()) {
        return;
    }
    Probe& probe = table_.probe(probes_[place]);
    if (event == TcpEvent::echo) {
        on_echo(attempt);
        return;
    }
    if (event == TcpEvent::connected) {
        note_connected(place);
        return;
    }
    if (event == TcpEvent::crossed) {
        probe.findings.connected = false;
        drop(attempt);
        return;
    }
    if (probe.findings.echo) {  // a connection that has brought an echo ends while more are due
        lose_samples(place, attempt.shared_from_this());
        return;
    }
    note(probe, attempt, event);
    if (event == TcpEvent::reset) {  // an answer, too: what was lost before it, was lost
        schedule_.observe(now(), measured_trip(attempt), attempt.number());
    }
    drop(attempt);
    const bool ended = event == TcpEvent::data_reset || event == TcpEvent::end_of_stream;
    if (ended) {
        found->second.connected_at = {};
        if (++found->second.broken_off < endings_believed) {
            return;
        }
    }
    if (!is_silent(probe.findings) || probe.findings.no_route || probe.findings.local_error != 0) {
        finish(place);
        pump_soon();
    }
}

void TcpEngine::note(Probe& probe, const TcpAttempt& attempt, TcpEvent event) {
    Findings& findings = probe.findings;
    probe.local = attempt.local();
    switch (event) {
        case TcpEvent::connected:
        case TcpEvent::crossed:
        case TcpEvent::echo: break;
        case TcpEvent::altered_echo:
            findings.altered_echo = true;
            probe.padding_altered = attempt.padding_altered();
            break;
        case TcpEvent::foreign_data:
            findings.foreign_data = true;
            probe.reflected = attempt.reflected();
            break;
        case TcpEvent::reset: ++findings.resets; break;
        case TcpEvent::data_reset: ++findings.data_resets; break;
        case TcpEvent::end_of_stream: ++findings.ends_of_stream; break;
        case TcpEvent::icmp:
            findings.icmp = attempt.icmp();
            ++findings.icmp_errors;
            break;
        case TcpEvent::no_route: findings.no_route = true; break;
        case TcpEvent::local_error: findings.local_error = attempt.error().value(); break;
    }
}

/// An echo much later than others has most likely taken a repetition by one of the kernels (which
/// comes a usual round trip and `shortest_repetition` after the first, and takes a round trip
/// itself): a packet was lost, or the server has no time. What it took is no measure of the way.
std::optional<Nanoseconds> TcpEngine::measured_trip(const TcpAttempt& attempt) const {
    const Nanoseconds trip = attempt.round_trip();
    const Nanoseconds usual = schedule_.round_trip().value_or(trip);
    return trip > std::max(usual * 2, shortest_repetition) ? std::nullopt : std::optional{trip};
}

void TcpEngine::on_echo(TcpAttempt& attempt) {
    const std::size_t place = attempt.probe();
    Active& active = active_[place];
    Probe& probe = table_.probe(probes_[place]);
    if (!probe.findings.echo) {
        schedule_.decided(place);
        schedule_.observe(now(), measured_trip(attempt), attempt.number());
        close_others(active, attempt);
        active.frames_left = settings_.count - 1;
        probe.frames_sent = 1;
    }
    take_echo(probe, attempt.frame(), attempt.round_trip(), attempt.local(), now());
    if (active.frames_left == 0) {
        finish(place);
        pump_soon();
        return;
    }
    send_sample(attempt, active);
}

void TcpEngine::send_sample(TcpAttempt& attempt, Active& active) {
    const std::size_t place = attempt.probe();
    const std::uint32_t number = probes_[place];
    --active.frames_left;
    ++table_.probe(number).frames_sent;
    if (!active.sample_timer) {
        active.sample_timer = std::make_unique<asio::steady_timer>(context_);
    }
    active.sample_timer->expires_after(settings_.plan.timeout());
    active.sample_timer->async_wait(
        [this, place, self = attempt.shared_from_this()](boost::system::error_code error) {
            if (!error && !stopped_) {
                lose_samples(place, self);
            }
        });
    attempt.send(table_.request(number, table_.new_sequence(), 1));
}

/// The connection is stuck or gone: the frame under way is lost, and no further one is tried.
void TcpEngine::lose_samples(std::size_t place, const std::shared_ptr<TcpAttempt>& attempt) {
    const auto found = active_.find(place);
    if (found == active_.end()) {
        return;
    }
    const auto& attempts = found->second.attempts;
    if (std::find(attempts.begin(), attempts.end(), attempt) == attempts.end()) {
        return;
    }
    ++table_.probe(probes_[place]).frames_lost;
    finish(place);
    pump_soon();
}

}  // namespace pt::client
