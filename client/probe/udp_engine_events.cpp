// What comes back to the UDP engine: evidence for its probes, and the frames of --count.
#include <algorithm>

#include "client/probe/reply.hpp"
#include "client/probe/udp_engine.hpp"
#include "common/net/clock.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// So many attempts are made before other bytes decide.
constexpr std::uint32_t attempts_against_forgery = 3;
/// One datagram to each of our ports takes as long to send.
constexpr Nanoseconds min_time_to_repeat = 800ms;
constexpr int parts_of_timeout = 4;  // where the user has little time
/// What is not answered within so many round trips of the same path is lost.
constexpr int round_trips_for_loss = 3;
/// Below this, machines that are busy make up the difference.
constexpr Nanoseconds min_loss_age = 50ms;
constexpr std::size_t max_open_from = 4'096;

}  // namespace

std::optional<Slot> UdpEngine::active_slot_at(const SocketAddress& address) const {
    const auto slot = list_.find(address);
    return slot && schedule_.open(*slot) ? slot : std::nullopt;
}

void UdpEngine::on_datagram(const net::Datagram& datagram, const SocketAddress& local) {
    if (stopped_) {
        return;
    }
    const auto frame = decode(datagram.payload);
    if (!frame) {
        on_other_bytes(datagram, local);
        return;
    }
    const bool from_server = frame->type == FrameType::reply || frame->type == FrameType::answer;
    const bool genuine = !from_server || is_genuine(settings_.source.key, datagram.payload);
    if (!table_.is_session_of(datagram.source.address, frame->nonce.session)) {
        if (frame->type == FrameType::reply && genuine) {
            on_frame(datagram, *frame, local);  // ours, from another address?
        }
        return;  // any other whole frame belongs to another scan
    }
    if (!genuine) {
        on_other_bytes(datagram, local);
        return;
    }
    switch (frame->type) {
        case FrameType::reply: on_frame(datagram, *frame, local); break;
        case FrameType::request: on_own_request(datagram, *frame, local); break;
        case FrameType::answer: table_.on_answer(*frame, datagram.payload); break;
        case FrameType::query: break;
    }
}

/// Sent back by an echo service or a loop.
void UdpEngine::on_own_request(const net::Datagram& datagram, const Frame& request,
                               const SocketAddress& local) {
    const auto slot = slot_of_sequence(request.nonce.sequence);
    if (slot && schedule_.open(*slot) &&
        datagram.source == list_.endpoint(*slot).socket_address()) {
        probe_at(*slot).findings.reflected = true;
        note_other(*slot, false, local.port);
    }
}

void UdpEngine::on_other_bytes(const net::Datagram& datagram, const SocketAddress& local) {
    if (const auto slot = active_slot_at(datagram.source)) {
        const bool altered =
            datagram.payload.size() >= frame_magic.size() && may_be_frame(datagram.payload);
        note_other(*slot, altered, local.port);
    }
}

/// Our echo may still come, and what came may be forged by anyone who hits our port.
void UdpEngine::note_other(Slot slot, bool altered, Port local) {
    Active& active = active_[slot];
    OtherReplies& replies = altered ? active.altered : active.foreign;
    schedule_.must_repeat(slot);
    replies.add(last_sent_from(slot, local), net::steady_now());
    if (settings_.plan.tries() > 1 && !replies.surely_answer(time_to_repeat())) {
        return;
    }
    Probe& probe = probe_at(slot);
    (altered ? probe.findings.altered_echo : probe.findings.foreign_data) = true;
    if (probe.attempts >= std::min(attempts_against_forgery, settings_.plan.tries())) {
        finish(slot);
    }
}

Nanoseconds UdpEngine::time_to_repeat() const {
    return std::min(min_time_to_repeat, settings_.plan.timeout() / parts_of_timeout);
}

/// When the probe's latest attempt from that port was sent.
std::optional<TimePoint> UdpEngine::last_sent_from(Slot slot, Port local) {
    const Endpoint endpoint = list_.endpoint(slot);
    std::error_code ignored;
    for (unsigned attempt = probe_at(slot).attempts; attempt > 0; --attempt) {
        const UdpChannel* channel = channels(endpoint.address).for_attempt(attempt, ignored);
        if (channel != nullptr && channel->port() == local) {
            return schedule_.sent_at(slot, attempt);
        }
    }
    return std::nullopt;
}

void UdpEngine::on_frame(const net::Datagram& datagram, const Frame& frame,
                         const SocketAddress& local) {
    const auto sample = samples_.find(frame.nonce.sequence);
    const auto slot = sample == samples_.end() ? slot_of_sequence(frame.nonce.sequence)
                                               : std::optional{sample->second.slot};
    if (!slot) {
        if (table_.is_session_of(datagram.source.address, frame.nonce.session)) {
            table_.note_echo(datagram.source.address, frame);
            if (!take_control(frame)) {
                table_.on_reply(frame);
            }
        }
        return;
    }
    const Endpoint endpoint = list_.endpoint(*slot);
    if (!table_.is_session_of(endpoint.address, frame.nonce.session)) {
        return;
    }
    note_duplicate(frame);
    if (sample == samples_.end() && !schedule_.open(*slot)) {
        return;  // the echo of a further attempt
    }
    Probe& probe = probe_at(*slot);
    if (datagram.source != endpoint.socket_address()) {
        probe.findings.other_source = true;
        return;
    }
    const unsigned attempt = sample == samples_.end() ? probe.attempts : 1;
    const std::size_t size =
        sample == samples_.end() ? default_request_size : settings_.sample_size;
    const Frame request = completed(table_.request(endpoint, frame.nonce.sequence, attempt), size);
    const bool genuine = true;  // or on_datagram would have left it out
    const Reply reply = judge_reply(datagram.payload, request, genuine);
    const TimePoint sent = table_.sent_at(frame);
    const auto first_sent =
        sample == samples_.end() ? schedule_.sent_at(*slot, 1) : std::optional{sample->second.sent};
    if (reply.kind != ReplyKind::echo || sent < first_sent.value_or(sent) ||
        sent > net::steady_now()) {
        probe.findings.padding_altered = reply.padding_altered;
        if (sample == samples_.end()) {
            note_other(*slot, true, local.port);
        }
        return;
    }
    if (sample != samples_.end()) {
        samples_.erase(sample);
        ++samples_echoed_;
    }
    table_.note_echo(endpoint.address, reply.frame);
    take_intact(*slot, datagram, reply.frame, local);
}

bool UdpEngine::take_control(const Frame& frame) {
    const auto control = controls_.find(frame.nonce.sequence);
    if (control == controls_.end()) {
        return false;
    }
    schedule_.control_answered(control->second, net::steady_now());
    controls_.erase(control);
    return true;
}

/// Two echoes of one attempt: where the server counted a frame more in between, the request came
/// to it twice; where not, one echo became two.
void UdpEngine::note_duplicate(const Frame& frame) {
    LastEcho& last = last_echoes_[frame.nonce.sequence % last_echoes_.size()];
    if (last.session_frames != 0 && last.sequence == frame.nonce.sequence &&
        last.attempt == frame.attempt) {
        ++(last.session_frames == frame.session_frames ? duplicates_.echoes : duplicates_.requests);
    }
    last = {frame.nonce.sequence, frame.session_frames, frame.attempt};
}

void UdpEngine::take_intact(Slot slot, const net::Datagram& datagram, const Frame& echo,
                            const SocketAddress& local) {
    Probe& probe = probe_at(slot);
    const auto trip = round_trip(table_.sent_at(echo), net::steady_now() - datagram.waited,
                                 std::chrono::microseconds{echo.server_time_us});
    // Where the kernel does not tell which of our addresses it came to, it is the usual one.
    const SocketAddress to = local.address.is_unspecified() && probe.local
                                 ? SocketAddress{probe.local->address, local.port}
                                 : local;
    if (!probe.findings.echo) {
        note_losses(slot, echo, trip, local.port);
        schedule_.note_echo(slot, echo.attempt, net::steady_now(), trip);
        schedule_.decided(slot);
        schedule_.observe(net::steady_now(), trip, echo.attempt);
        probe.frames_sent = 1;
        if (open_from_.size() < max_open_from) {
            open_from_.emplace(slot, local.port);
        }
    }
    take_echo(probe, echo, trip, to, net::steady_now());
    if (probe.frames_sent < settings_.count) {
        next_sample(slot, local.port);
    } else {
        finish(slot);
    }
}

/// The attempts that have had several round trips' time before this one was answered.
void UdpEngine::note_losses(Slot slot, const Frame& echo, Nanoseconds trip, Port local) {
    Probe& probe = probe_at(slot);
    const Nanoseconds age = std::max<Nanoseconds>(trip * round_trips_for_loss, min_loss_age);
    unsigned lost = 0;
    for (unsigned attempt = 1; attempt < echo.attempt; ++attempt) {
        const auto sent = schedule_.sent_at(slot, attempt);
        std::error_code ignored;
        const UdpChannel* channel =
            sent && *sent < net::steady_now() - age
                ? channels(probe.endpoint.address).for_attempt(attempt, ignored)
                : nullptr;
        if (channel != nullptr) {
            ++lost;
            table_.note_flow(probe.endpoint, channel->port(), *sent, false);
        }
    }
    table_.note_flow(probe.endpoint, local,
                     schedule_.sent_at(slot, echo.attempt).value_or(net::steady_now()), true);
    const auto active = active_.find(slot);  // most have none
    const unsigned refused =
        active == active_.end() ? 0 : std::min(active->second.refusals.count(), lost);
    probe.findings.lost = static_cast<std::uint16_t>(lost - refused);
}

void UdpEngine::on_received() {
    if (!stopped_) {
        pump();
    }
}

std::vector<std::uint8_t> UdpEngine::request_bytes(const Endpoint& endpoint, std::uint32_t sequence,
                                                   unsigned attempt, std::size_t size) {
    auto bytes = encode_request(table_.request(endpoint, sequence, attempt), size);
    sign(settings_.source.key, bytes);
    return bytes;
}

}  // namespace pt::client
