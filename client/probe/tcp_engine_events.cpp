// What comes back to the TCP engine: evidence for its probes, and the frames of --count.
#include <algorithm>

#include "client/probe/tcp_engine.hpp"
#include "common/net/clock.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// A server that is short of room ends connections too, and a reset may be anybody's: so many
/// connections in a row must have ended before that is the answer.
constexpr unsigned endings_believed = 3;
/// What is not answered within so many round trips of the same path is lost.
constexpr int round_trips_for_loss = 3;
/// Below this, machines that are busy make up the difference.
constexpr Nanoseconds min_loss_age = 50ms;

}  // namespace

void TcpEngine::on_tcp_event(TcpAttempt& attempt, TcpEvent event) {
    if (attempt.control() != 0) {
        on_control_event(attempt, event);
        return;
    }
    const Slot slot = attempt.slot();
    const auto found = active_.find(slot);
    if (found == active_.end()) {
        return;
    }
    if (event == TcpEvent::echo) {
        on_echo(attempt);
        return;
    }
    if (event == TcpEvent::connected) {
        note_connected(attempt);
        return;
    }
    Probe& probe = probe_at(slot);
    if (event == TcpEvent::crossed) {
        probe.findings.connected = false;
        drop(attempt);
        return;
    }
    if (probe.findings.echo) {  // a connection that has brought an echo ends while more are due
        lose_samples(slot, attempt.shared_from_this());
        return;
    }
    note(probe, attempt, event);
    const auto self = attempt.shared_from_this();
    drop(attempt);
    switch (event) {
        case TcpEvent::connected:
        case TcpEvent::crossed:
        case TcpEvent::echo: return;
        case TcpEvent::data_reset:
        case TcpEvent::end_of_stream: on_broken_off(slot); return;
        case TcpEvent::reset:
        case TcpEvent::icmp:
        case TcpEvent::no_route: on_refusal(slot, *self); return;
        case TcpEvent::altered_echo:
        case TcpEvent::foreign_data:
        case TcpEvent::local_error:
            finish(slot);
            pump_soon();
            return;
    }
}

void TcpEngine::on_control_event(const TcpAttempt& attempt, TcpEvent event) {
    if (event == TcpEvent::connected) {
        return;
    }
    const std::uint32_t control = attempt.control();
    if (event == TcpEvent::echo) {
        schedule_.control_answered(control, net::steady_now());
        const auto answered = controls_.extract(control);
        answered.mapped()->close();
    } else {
        drop_control(control);
        if (event == TcpEvent::local_error) {
            schedule_.forget_control(control, net::steady_now());
        }
    }
    pump_soon();
}

void TcpEngine::on_broken_off(Slot slot) {
    Active& active = active_[slot];
    active.connected_at = {};
    if (++active.broken_off >= std::min(endings_believed, settings_.plan.tries())) {
        finish(slot);
        pump_soon();
    }
}

/// A reset is an answer, too: what was lost before it, was lost. Of ICMP errors the fewest are
/// sent: whoever sends them limits them.
void TcpEngine::on_refusal(Slot slot, const TcpAttempt& attempt) {
    Active& active = active_[slot];
    active.refusals.add(attempt.started());
    if (active.refusals.count() == 1 && !attempt.icmp()) {
        schedule_.observe(net::steady_now(), attempt.round_trip(), attempt.number());
    }
    const bool enough = !settings_.repeat_refusals ||
                        active.refusals.repeated(settings_.plan.tries(), settings_.min_refusals);
    if (enough && !probe_at(slot).findings.connected) {
        finish(slot);
    } else {
        schedule_.refused(slot, net::steady_now());
    }
    pump_soon();
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
            probe.findings.padding_altered = attempt.padding_altered();
            break;
        case TcpEvent::foreign_data:
            findings.foreign_data = true;
            probe.findings.reflected = attempt.reflected();
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

void TcpEngine::on_echo(TcpAttempt& attempt) {
    const Slot slot = attempt.slot();
    Active& active = active_[slot];
    Probe& probe = probe_at(slot);
    const auto measured = attempt.measured_round_trip();
    if (!probe.findings.echo) {
        note_losses(active, attempt, probe);
        const auto trip = measured ? measured : attempt.kernel_round_trip();
        schedule_.note_echo(slot, attempt.number(), net::steady_now(),
                            trip.value_or(attempt.round_trip()));
        schedule_.decided(slot);
        schedule_.observe(net::steady_now(), measured, attempt.number());
        close_others(active, attempt);
        active.frames_left = settings_.count - 1;
        probe.frames_sent = 1;
    }
    probe.findings.retransmitted = probe.findings.retransmitted || attempt.sent_data_again();
    probe.findings.late_echo = probe.findings.late_echo || !measured;
    const auto trip = measured ? measured : attempt.kernel_round_trip();
    take_echo(probe, attempt.frame(), trip.value_or(attempt.round_trip()), attempt.local(),
              net::steady_now());
    if (active.frames_left == 0) {
        finish(slot);
        pump_soon();
        return;
    }
    send_sample(attempt, active);
}

/// The attempts that have had several round trips' time and are not answered, whether they began
/// before this one or after it; and its own first SYN, where the kernel had to send it again.
void TcpEngine::note_losses(Active& active, const TcpAttempt& echoed, Probe& probe) {
    const Nanoseconds age = std::max<Nanoseconds>(
        echoed.measured_round_trip().value_or(echoed.round_trip()) * round_trips_for_loss,
        min_loss_age);
    unsigned lost = echoed.number() == 1 ? 0
                                         : schedule_.count_lost(echoed.slot(), echoed.number(),
                                                                net::steady_now() - age);
    lost -= std::min(
        lost, active.refusals.count() + active.broken_off + count_given_up_early(active, age));
    for (const auto& attempt : active.attempts) {
        if (attempt.get() == &echoed || attempt->connected() ||
            net::steady_now() - attempt->started() <= age) {
            continue;
        }
        table_.note_flow(probe.endpoint, attempt->local().port, attempt->started(), false);
        lost += attempt->number() > echoed.number() ? 1U : 0U;
    }
    lost += echoed.syn_sent_again() ? 1U : 0U;
    table_.note_flow(probe.endpoint, echoed.local().port, echoed.started(), true);
    probe.findings.lost = static_cast<std::uint16_t>(lost);
}

/// Of those that count as lost by their age: what was not waited for is not lost.
unsigned TcpEngine::count_given_up_early(const Active& active, Nanoseconds age) {
    const TimePoint before = net::steady_now() - age;
    return static_cast<unsigned>(std::count_if(
        active.gave_way.begin(), active.gave_way.end(),
        [&](const auto& attempt) { return attempt.first < before && attempt.second <= age; }));
}

/// As soon as the rate allows it.
void TcpEngine::send_sample(TcpAttempt& attempt, Active& active) {
    if (!active.sample_timer) {
        active.sample_timer = std::make_unique<asio::steady_timer>(context_);
    }
    active.sample_in_flight = false;
    const TimePoint now = net::steady_now();
    const TimePoint turn = schedule_.take_turn(now);
    if (turn <= now) {
        send_sample_now(attempt, active);
        return;
    }
    active.sample_timer->expires_at(turn);
    active.sample_timer->async_wait(
        [this, slot = attempt.slot(),
         self = attempt.shared_from_this()](boost::system::error_code error) {
            Active* const holder = !error && !stopped_ ? holder_of(slot, self) : nullptr;
            if (holder != nullptr) {
                send_sample_now(*self, *holder);
            }
        });
}

void TcpEngine::send_sample_now(TcpAttempt& attempt, Active& active) {
    const Slot slot = attempt.slot();
    Probe& probe = probe_at(slot);
    --active.frames_left;
    ++probe.frames_sent;
    active.sample_in_flight = true;
    active.sample_timer->expires_after(settings_.plan.timeout());
    active.sample_timer->async_wait(
        [this, slot, left = active.frames_left,
         self = attempt.shared_from_this()](boost::system::error_code error) {
            const Active* const holder = !error && !stopped_ ? holder_of(slot, self) : nullptr;
            // After a stall the timer has expired as the echo is read, and calls all the same.
            if (holder != nullptr && holder->sample_in_flight && holder->frames_left == left) {
                lose_samples(slot, self);
            }
        });
    attempt.send(table_.request(probe.endpoint, table_.new_sequence(), 1), settings_.sample_size);
}

/// The probe's, while it keeps this attempt; else nullptr.
TcpEngine::Active* TcpEngine::holder_of(Slot slot, const std::shared_ptr<TcpAttempt>& attempt) {
    const auto found = active_.find(slot);
    if (found == active_.end()) {
        return nullptr;
    }
    const auto& attempts = found->second.attempts;
    return std::find(attempts.begin(), attempts.end(), attempt) == attempts.end() ? nullptr
                                                                                  : &found->second;
}

/// The connection is stuck or gone: the frame under way is lost, and no further one is tried.
void TcpEngine::lose_samples(Slot slot, const std::shared_ptr<TcpAttempt>& attempt) {
    const Active* const holder = holder_of(slot, attempt);
    if (holder == nullptr) {
        return;
    }
    probe_at(slot).frames_lost += holder->sample_in_flight ? 1U : 0U;
    finish(slot);
    pump_soon();
}

}  // namespace pt::client
