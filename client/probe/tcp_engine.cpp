#include "client/probe/tcp_engine.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "client/probe/source_port.hpp"
#include "client/probe/tcp_sockets.hpp"
#include "common/net/clock.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Attempts started before what has come in is looked at.
constexpr int burst = 32;
/// A connection that has just come about has its frame or the echo under way, and the kernels send
/// those again (RFC 6298, Linux: after 200 ms at first): a further connect waits for so long.
constexpr Nanoseconds max_data_wait = 350ms;

/// Each probe must be able to hold one descriptor, or those without one wait for those that have.
Schedule::Limits bounded(Schedule::Limits limits, std::size_t descriptors) {
    limits.in_flight = std::min(limits.in_flight, descriptors);
    return limits;
}

}  // namespace

TcpEngine::TcpEngine(asio::io_context& context, ProbeTable& table, const ProbeList& list,
                     ProbeNumber first_number, const EngineSettings& settings,
                     std::size_t descriptors)
    : context_{context},
      table_{table},
      list_{list},
      first_number_{first_number},
      settings_{settings},
      max_controls_{descriptors / 8},
      descriptors_{std::max<std::size_t>(descriptors - max_controls_, 1)},
      schedule_{list.size(), settings.plan, bounded(settings.limits, descriptors_), settings.seed,
                [&list](Slot slot) { return list.block(slot); }},
      spread_{settings.source.port ? std::nullopt : settings.ephemeral_range, settings.seed},
      timer_{context},
      sockets_{context, settings.source, settings.marks_syns()} {}

void TcpEngine::start() { pump_soon(); }

void TcpEngine::stop() {
    stopped_ = true;
    timer_.cancel();
    sockets_.ready().stop();
    for (auto& [slot, active] : active_) {
        for (const auto& attempt : active.attempts) {
            attempt->close();
        }
        active.sample_timer.reset();
    }
    active_.clear();
    for (const auto& [number, control] : controls_) {
        control->close();
    }
    controls_.clear();
}

/// Behind all that has come in by now: answers that lie unread would be taken for lost.
void TcpEngine::pump_soon() {
    if (!std::exchange(pump_posted_, true)) {
        asio::post(context_, [this] {
            pump_posted_ = false;
            pump();
        });
    }
}

void TcpEngine::check_started() {
    for (const auto& attempt : std::exchange(started_, {})) {
        attempt->check();
    }
}

void TcpEngine::pump() {
    check_started();
    for (int started = 0; !stopped_; ++started) {
        if (!take_step(schedule_.next(net::steady_now()))) {
            return;
        }
        if (started == burst) {
            pump_soon();
            return;
        }
    }
}

/// False: there is nothing more to do for now.
bool TcpEngine::take_step(const Schedule::Step& step) {
    switch (step.action) {
        case Schedule::Action::attempt: begin_attempt(step); return true;
        case Schedule::Action::rest: let_go(step.slot); return true;
        case Schedule::Action::give_up: finish(step.slot); return true;
        case Schedule::Action::control: begin_control(step); return true;
        case Schedule::Action::drop_control: drop_control(step.control); return true;
        case Schedule::Action::wait:
            check_started();
            arm(step.until);
            return false;
        case Schedule::Action::done: return false;
    }
    return false;
}

void TcpEngine::arm(TimePoint until) {
    if (until == TimePoint::max()) {
        timer_.cancel();  // the next event pumps
        return;
    }
    timer_.expires_at(until);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            pump();
        }
    });
}

void TcpEngine::begin_attempt(const Schedule::Step& step) {
    Active& active = active_[step.slot];
    if (fresh_connection(active) || (settings_.source.port && has_connection(active))) {
        schedule_.not_sent(step.slot);
        return;
    }
    // While there is plenty, a probe's earlier attempts may still be answered.
    if (open_ >= descriptors_ / 2 || settings_.source.port) {
        make_room(active);
    }
    if (open_ >= descriptors_) {
        close_earlier_attempts();
    }
    if (open_ >= descriptors_) {
        on_shortage(step, {EMFILE, std::system_category()});
        return;
    }
    const std::uint32_t sequence = to_sequence(number_of(step.slot));
    Probe& probe = probe_at(step.slot);
    const auto attempt = std::make_shared<TcpAttempt>(
        sockets_, *this, TcpAttempt::Purpose{step.slot, 0},
        table_.request(probe.endpoint, sequence, step.attempt), frames_of(step.attempt));
    // The first attempts keep to the kernel's choice, which costs least.
    const auto source_port = step.attempt > 1 ? spread_.draw(step.attempt) : std::nullopt;
    if (const auto error = attempt->start(probe.endpoint, source_port)) {
        if (error.value() == EMFILE || error.value() == ENFILE) {
            descriptors_ = std::max<std::size_t>(open_, 1);
        }
        on_shortage(step, error);
        return;
    }
    shortage_since_.reset();
    ++open_;
    probe.attempts = step.attempt;
    probe.local = attempt->local();
    probe.sent_tos = sent_tos(settings_.source, Protocol::tcp);
    active.attempts.push_back(attempt);
    started_.push_back(attempt);
    if (attempt->connected()) {
        note_connected(*attempt);
    }
}

/// A whole attempt on a port that proved open, of which only is asked whether it is answered.
void TcpEngine::begin_control(const Schedule::Step& step) {
    if (controls_.size() >= max_controls_) {
        schedule_.forget_control(step.control, net::steady_now());
        return;
    }
    const Endpoint endpoint = list_.endpoint(step.slot);
    const auto attempt = std::make_shared<TcpAttempt>(
        sockets_, *this, TcpAttempt::Purpose{step.slot, step.control},
        table_.request(endpoint, table_.new_sequence(), 1), TcpAttempt::Frames::many);
    if (attempt->start(endpoint)) {
        schedule_.forget_control(step.control, net::steady_now());
        return;
    }
    controls_.emplace(step.control, attempt);
    started_.push_back(attempt);
}

void TcpEngine::drop_control(std::uint32_t control) {
    const auto found = controls_.find(control);
    if (found != controls_.end()) {
        table_.note_given_up(list_.endpoint(found->second->slot()), 1);
        found->second->close();
        controls_.erase(found);
    }
}

std::vector<Port> TcpEngine::controls_in_flight(const IpAddress& address) const {
    std::vector<Port> ports;
    for (const auto& [number, control] : controls_) {
        const Endpoint endpoint = list_.endpoint(control->slot());
        if (endpoint.address == address) {
            ports.push_back(endpoint.port);
        }
    }
    return ports;
}

/// Some middlebox may take the end of one stream for the end of both, and a SYN proxy may lose what
/// comes with the handshake's last segment for good: where no echo has come with it, the further
/// attempts do without, and so does an only one.
TcpAttempt::Frames TcpEngine::frames_of(unsigned attempt) const {
    const bool further = attempt > 1 || settings_.plan.tries() == 1;
    const bool one = settings_.count == 1 && !further && !settings_.source.port;
    return one ? TcpAttempt::Frames::one : TcpAttempt::Frames::many;
}

void TcpEngine::note_connected(const TcpAttempt& attempt) {
    const Slot slot = attempt.slot();
    const TimePoint connected_at = net::steady_now();
    probe_at(slot).findings.connected = true;
    active_[slot].connected_at = connected_at;
    const auto measured = attempt.syn_sent_again() ? attempt.kernel_round_trip() : std::nullopt;
    schedule_.showed_life(slot, measured.value_or(connected_at - attempt.started()));
}

bool TcpEngine::has_connection(const Active& active) {
    return std::any_of(active.attempts.begin(), active.attempts.end(),
                       [](const auto& attempt) { return attempt->connected(); });
}

bool TcpEngine::acknowledged(Active& active) {
    return std::any_of(active.attempts.begin(), active.attempts.end(),
                       [](const auto& attempt) { return attempt->data_acknowledged(); });
}

bool TcpEngine::fresh_connection(const Active& active) const {
    return active.connected_at != TimePoint{} &&
           net::steady_now() - active.connected_at < max_data_wait;
}

void TcpEngine::drop(TcpAttempt& attempt) {
    auto& attempts = active_[attempt.slot()].attempts;
    const auto found = std::find_if(attempts.begin(), attempts.end(),
                                    [&](const auto& other) { return other.get() == &attempt; });
    if (found != attempts.end()) {
        attempt.close();
        attempts.erase(found);
        --open_;
    }
}

void TcpEngine::close_others(Active& active, const TcpAttempt& survivor) {
    std::erase_if(active.attempts, [&](const auto& attempt) {
        if (attempt.get() == &survivor) {
            return false;
        }
        attempt->close();
        --open_;
        return true;
    });
}

void TcpEngine::let_go(Slot slot) {
    const auto found = active_.find(slot);
    if (found == active_.end()) {
        return;
    }
    Probe& probe = probe_at(slot);
    if (!probe.findings.echo) {
        probe.findings.data_acknowledged =
            probe.findings.data_acknowledged || acknowledged(found->second);
    }
    if (probe.attempts == 0 && is_silent(probe.findings) && probe.findings.local_error == 0) {
        probe.findings.local_error = found->second.port_failure;
    }
    for (const auto& attempt : found->second.attempts) {
        attempt->close();
        --open_;
    }
    active_.erase(found);
}

void TcpEngine::finish(Slot slot) {
    let_go(slot);
    schedule_.decided(slot);
    table_.finished(number_of(slot));
}

}  // namespace pt::client
