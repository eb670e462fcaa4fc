#include "client/probe/udp_engine.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "client/probe/reply.hpp"
#include "client/probe/tcp_sockets.hpp"
#include "common/net/clock.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::client {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// Attempts queued before what has come in is looked at.
constexpr int burst = 64;
/// How long to wait while the kernel takes no more datagrams.
constexpr Nanoseconds shortage_wait = 5ms;
/// Echoes that are remembered, so that a second one is known as such.
constexpr std::size_t max_last_echoes = 65'536;

}  // namespace

UdpEngine::UdpEngine(asio::io_context& context, ProbeTable& table, const ProbeList& list,
                     ProbeNumber first_number, const EngineSettings& settings)
    : context_{context},
      table_{table},
      list_{list},
      first_number_{first_number},
      settings_{settings},
      schedule_{list.size(), settings.plan, settings.limits, settings.seed,
                [&list](Slot slot) { return list.block(slot); }},
      spread_{settings.source.port ? std::nullopt : settings.ephemeral_range, settings.seed},
      timer_{context},
      v4_{context, *this, AF_INET, settings.source, spread_, settings.one_flow},
      v6_{context, *this, AF_INET6, settings.source, spread_, settings.one_flow},
      last_echoes_(std::min(max_last_echoes, std::max<std::size_t>(list.size(), 1))) {}

void UdpEngine::start() { pump_soon(); }

void UdpEngine::pump_soon() {
    asio::post(context_, [this] {
        if (!stopped_) {
            pump();
        }
    });
}

void UdpEngine::stop() {
    stopped_ = true;
    timer_.cancel();
    v4_.close();
    v6_.close();
}

void UdpEngine::pump() {
    expire_samples(net::steady_now());
    send_waiting_samples(net::steady_now());
    for (int started = 0; !stopped_; ++started) {
        if (!take_step(schedule_.next(net::steady_now()))) {
            return;
        }
        if (started == burst) {
            flush();
            arm(net::steady_now());
            return;
        }
    }
}

void UdpEngine::send_waiting_samples(TimePoint now) {
    while (!stopped_ && !waiting_samples_.empty() && waiting_samples_.front().sent <= now) {
        const Sample sample = waiting_samples_.front();
        waiting_samples_.pop_front();
        send_sample({sample.slot, now, sample.source, sample.lost_before});
    }
}

/// False: there is nothing more to do for now.
bool UdpEngine::take_step(const Schedule::Step& step) {
    switch (step.action) {
        case Schedule::Action::attempt: begin_attempt(step); return true;
        case Schedule::Action::rest: return true;  // it holds nothing
        case Schedule::Action::give_up: give_up(step.slot); return true;
        case Schedule::Action::control: begin_control(step); return true;
        case Schedule::Action::drop_control:
            std::erase_if(controls_,
                          [&](const auto& entry) { return entry.second == step.control; });
            return true;
        case Schedule::Action::wait:
            flush();
            arm(step.until);
            return false;
        case Schedule::Action::done:
            flush();
            arm(TimePoint::max());
            return false;
    }
    return false;
}

void UdpEngine::arm(TimePoint until) {
    if (!sample_deadlines_.empty()) {
        until = std::min(until, sample_deadlines_.front().first);
    }
    if (!waiting_samples_.empty()) {
        until = std::min(until, waiting_samples_.front().sent);
    }
    if (stopped_ || until == TimePoint::max()) {
        timer_.cancel();  // the next event pumps
        return;
    }
    timer_.expires_at(until);
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error && !stopped_) {
            pump();
        }
    });
}

void UdpEngine::flush() {
    v4_.flush();
    v6_.flush();
}

/// With room for a datagram; nullptr where the attempt has to wait, or the probe is finished.
UdpChannel* UdpEngine::channel_for(Slot slot, const Endpoint& endpoint, unsigned attempt) {
    std::error_code error;
    UdpChannel* channel = channels(endpoint.address).for_attempt(attempt, error);
    if (channel != nullptr && channel->full()) {
        channel->flush();
    }
    if (channel != nullptr && !channel->full()) {
        shortage_since_.reset();
        return channel;
    }
    if (channel == nullptr) {
        table_.note_shortage(error.value());
    }
    shortage_since_ = shortage_since_.value_or(net::steady_now());
    // A queue that is full empties itself; descriptors may never come back.
    const bool taken = error.value() == EADDRINUSE && settings_.source.port;
    const bool passing = channel != nullptr || (is_shortage(error.value()) && !taken);
    if (passing && net::steady_now() - *shortage_since_ < settings_.plan.timeout()) {
        schedule_.postpone(slot, net::steady_now() + shortage_wait);
    } else {
        fail(slot, channel == nullptr ? error.value() : ENOBUFS);
    }
    return nullptr;
}

void UdpEngine::begin_attempt(const Schedule::Step& step) {
    const Endpoint endpoint = list_.endpoint(step.slot);
    UdpChannel* channel = channel_for(step.slot, endpoint, step.attempt);
    if (channel == nullptr) {
        return;
    }
    if (unreadable_ != 0) {
        fail(step.slot, unreadable_);
        return;
    }
    Probe& probe = probe_at(step.slot);
    probe.local = local_for(endpoint, *channel);
    if (step.attempt == 1) {
        probe.sent_tos = sent_tos(settings_.source, Protocol::udp);
    }
    const bool own = probe.local->address == endpoint.address &&
                     channels(endpoint.address).with_port(endpoint.port) != nullptr;
    if (own) {  // it would only reach ourselves
        leave_own_port(step.slot);
        return;
    }
    probe.attempts = step.attempt;
    channel->queue(request_bytes(endpoint, to_sequence(number_of(step.slot)), step.attempt),
                   endpoint.socket_address(), step.slot);
}

/// From the port that the echo came to: it is the host that is asked about, not the flow.
void UdpEngine::begin_control(const Schedule::Step& step) {
    const Endpoint endpoint = list_.endpoint(step.slot);
    const auto from = open_from_.find(step.slot);
    UdpChannel* channel =
        from == open_from_.end() ? nullptr : channels(endpoint.address).with_port(from->second);
    if (channel == nullptr || channel->full()) {
        schedule_.forget_control(step.control, net::steady_now());
        return;
    }
    const std::uint32_t sequence = table_.new_sequence();
    controls_.emplace(sequence, step.control);
    // Failures to send are found by the probes' own attempts.
    channel->queue(request_bytes(endpoint, sequence, 1), endpoint.socket_address(), std::nullopt);
}

bool UdpEngine::send_query(std::span<const std::uint8_t> bytes, const SocketAddress& to,
                           Port source) {
    UdpChannel* channel = stopped_ ? nullptr : channels(to.address).with_port(source);
    if (channel == nullptr || channel->full()) {
        return false;
    }
    channel->queue(bytes, to, std::nullopt);
    channel->flush();
    return true;
}

std::optional<Port> UdpEngine::send_as(unsigned attempt, std::span<const std::uint8_t> bytes,
                                       const SocketAddress& to) {
    std::error_code ignored;
    UdpChannel* channel = stopped_ ? nullptr : channels(to.address).for_attempt(attempt, ignored);
    if (channel == nullptr || channel->full()) {
        return std::nullopt;
    }
    channel->queue(bytes, to, std::nullopt);
    channel->flush();
    return channel->port();
}

/// The very port that we send from, on this machine: it is tried at the end, from others.
void UdpEngine::leave_own_port(Slot slot) {
    if (settings_.source.port) {
        fail(slot, EADDRINUSE);
        return;
    }
    schedule_.decided(slot);
    active_.erase(slot);
    table_.is_own_port(number_of(slot));
}

SocketAddress UdpEngine::local_for(const Endpoint& endpoint, const UdpChannel& channel) {
    auto known = locals_.find(endpoint.address);
    if (known == locals_.end()) {
        const auto local = channel.local_towards(endpoint.socket_address());
        known = locals_.emplace(endpoint.address, local.address).first;
    }
    return {known->second, channel.port()};
}

std::optional<Slot> UdpEngine::slot_of_sequence(std::uint32_t sequence) const {
    if (sequence < to_sequence(first_number_)) {
        return std::nullopt;
    }
    const Slot slot = slot_of(first_number_, ProbeNumber{sequence});
    return to_index(slot) < list_.size() ? std::optional{slot} : std::nullopt;
}

/// The probe's time is over: decides on what came besides frames of ours.
void UdpEngine::give_up(Slot slot) {
    const auto& sent_from = channels(list_.endpoint(slot).address);
    if (const int failure = sent_from.failure_of_all(slot, probe_at(slot).attempts)) {
        fail(slot, failure);  // nothing has left this machine
        return;
    }
    if (const auto found = active_.find(slot); found != active_.end()) {
        const Active& active = found->second;
        Probe& probe = probe_at(slot);
        const auto answer = [&](const OtherReplies& replies) {
            return replies.answer(time_to_repeat(), probe.attempts);
        };
        Findings& findings = probe.findings;
        findings.altered_echo = findings.altered_echo || answer(active.altered);
        findings.foreign_data = findings.foreign_data || answer(active.foreign);
        findings.unsolicited = (active.altered.any() && !findings.altered_echo) ||
                               (active.foreign.any() && !findings.foreign_data);
    }
    finish(slot);
}

void UdpEngine::fail(Slot slot, int error) {
    Probe& probe = probe_at(slot);
    if (is_silent(probe.findings)) {
        probe.findings.local_error = error;
    }
    finish(slot);
}

void UdpEngine::finish(Slot slot) {
    Probe& probe = probe_at(slot);
    if (is_silent(probe.findings) && probe.local) {
        // Where this machine does not tell of ICMP errors, silence is nobody's.
        const UdpChannel* channel = channels(probe.endpoint.address).with_port(probe.local->port);
        const bool blind = channel != nullptr && channel->error_queue_failure() != 0;
        if (blind && probe.findings.local_error == 0 && !probe.findings.no_route) {
            probe.findings.local_error = channel->error_queue_failure();
        }
    }
    schedule_.decided(slot);
    active_.erase(slot);
    table_.finished(number_of(slot));
}

}  // namespace pt::client
