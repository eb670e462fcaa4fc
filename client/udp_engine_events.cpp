// What comes back to the UDP engine: evidence for its probes, and the frames of --count.
#include <algorithm>
#include <cerrno>

#include "client/reply.hpp"
#include "client/udp_engine.hpp"

namespace pt::client {
namespace {

TimePoint now() { return std::chrono::steady_clock::now(); }

bool is_no_route(std::error_code error) {
    return error.value() == ENETUNREACH || error.value() == EHOSTUNREACH;
}

}  // namespace

std::optional<std::size_t> UdpEngine::active_place_at(const SocketAddress& address) {
    if (by_address_.empty()) {
        for (std::size_t place = 0; place < probes_.size(); ++place) {
            by_address_.emplace_back(table_.probe(probes_[place]).endpoint.socket_address(), place);
        }
        std::sort(by_address_.begin(), by_address_.end());
    }
    const auto found = std::lower_bound(by_address_.begin(), by_address_.end(),
                                        std::pair{address, std::size_t{0}});
    if (found == by_address_.end() || found->first != address || !schedule_.open(found->second)) {
        return std::nullopt;
    }
    return found->second;
}

void UdpEngine::on_datagram(const net::Datagram& datagram, const SocketAddress& local) {
    if (stopped_) {
        return;
    }
    const auto frame = decode(datagram.payload);
    if (!frame) {
        on_other_bytes(datagram);
    } else if (frame->type == FrameType::reply && frame->nonce.session == session_) {
        on_frame(datagram, *frame, local);
    } else if (frame->type == FrameType::request && frame->nonce.session == session_) {
        on_own_request(datagram, *frame);
    }
    // Any other whole frame belongs to another run.
}

/// Sent back by an echo service or a loop.
void UdpEngine::on_own_request(const net::Datagram& datagram, const Frame& request) {
    const auto place = place_of(request.nonce.sequence);
    if (!place || !schedule_.open(*place)) {
        return;
    }
    Probe& probe = table_.probe(probes_[*place]);
    if (datagram.source == probe.endpoint.socket_address()) {
        probe.findings.foreign_data = true;
        probe.reflected = true;
    }
}

void UdpEngine::on_other_bytes(const net::Datagram& datagram) {
    const auto place = active_place_at(datagram.source);
    if (!place) {
        return;
    }
    Findings& findings = table_.probe(probes_[*place]).findings;
    if (datagram.payload.size() >= frame_magic.size() && may_be_frame(datagram.payload)) {
        findings.altered_echo = true;
    } else {
        findings.foreign_data = true;
    }
}

void UdpEngine::on_frame(const net::Datagram& datagram, const Frame& frame,
                         const SocketAddress& local) {
    const auto sample = samples_.find(frame.nonce.sequence);
    const auto place = sample == samples_.end() ? place_of(frame.nonce.sequence)
                                                : std::optional{sample->second.place};
    if (!place) {
        return;
    }
    Probe& probe = table_.probe(probes_[*place]);
    note_duplicate(*place, frame);
    if (probe.finished) {
        return;
    }
    if (datagram.source != probe.endpoint.socket_address()) {
        probe.other_source = true;
        return;
    }
    if (sample == samples_.end() && probe.findings.echo) {
        return;  // the echo of a further attempt
    }
    const unsigned attempt = sample == samples_.end() ? probe.attempts : 1;
    const Frame request = completed(table_.request(probes_[*place], frame.nonce.sequence, attempt));
    const Reply reply = judge_reply(datagram.payload, request);
    const TimePoint sent = table_.sent_at(frame);
    if (reply.kind != ReplyKind::echo || sent < first_sent_[*place] || sent > now()) {
        probe.findings.altered_echo = true;
        probe.padding_altered = reply.padding_altered;
        return;
    }
    if (sample != samples_.end()) {
        samples_.erase(sample);
    }
    take_intact(*place, datagram, reply.frame, local);
}

/// Two echoes of one attempt: where the server counted a frame more in between, the request came
/// to it twice; where not, one echo became two.
void UdpEngine::note_duplicate(std::size_t place, const Frame& frame) {
    LastEcho& last = last_echoes_[place];
    if (last.session_frames != 0 && last.sequence == frame.nonce.sequence &&
        last.attempt == frame.attempt) {
        ++(last.session_frames == frame.session_frames ? duplicates_.echoes : duplicates_.requests);
    }
    last = {frame.nonce.sequence, frame.session_frames, frame.attempt};
}

void UdpEngine::take_intact(std::size_t place, const net::Datagram& datagram, const Frame& echo,
                            const SocketAddress& local) {
    Probe& probe = table_.probe(probes_[place]);
    const auto trip = round_trip(table_.sent_at(echo), now() - datagram.waited,
                                 std::chrono::microseconds{echo.server_time_us});
    if (!probe.findings.echo) {
        schedule_.decided(place);
        schedule_.observe(now(), trip, echo.attempt);
        probe.frames_sent = 1;
    }
    take_echo(probe, echo, trip, local, now());
    if (probe.frames_sent < settings_.count) {
        next_sample(place);
    } else {
        finish(place);
    }
}

void UdpEngine::on_received() {
    if (!stopped_) {
        pump();
    }
}

void UdpEngine::next_sample(std::size_t place) {
    const std::uint32_t number = probes_[place];
    Probe& probe = table_.probe(number);
    std::error_code error;
    UdpChannel* channel = channel_for(probe.endpoint.address, error);
    ++probe.frames_sent;
    const std::uint32_t sequence = table_.new_sequence();
    samples_.emplace(sequence, Sample{place, now()});
    sample_deadlines_.emplace_back(now() + sample_timeout(settings_), sequence);
    if (channel != nullptr && !channel->full()) {
        channel->queue(encode_request(table_.request(number, sequence, 1)),
                       probe.endpoint.socket_address(), place);
    }
}

void UdpEngine::expire_samples(TimePoint now) {
    while (!stopped_ && !sample_deadlines_.empty() && sample_deadlines_.front().first <= now) {
        const auto lost = samples_.find(sample_deadlines_.front().second);
        sample_deadlines_.pop_front();
        if (lost == samples_.end()) {
            continue;
        }
        const std::size_t place = lost->second.place;
        samples_.erase(lost);
        Probe& probe = table_.probe(probes_[place]);
        ++probe.frames_lost;
        if (probe.frames_sent < settings_.count) {
            next_sample(place);
        } else {
            finish(place);
        }
    }
}

void UdpEngine::on_queued_error(const net::QueuedError& error) {
    if (stopped_ || !error.icmp || meaning(*error.icmp) == IcmpMeaning::other) {
        return;
    }
    const auto quoted = decode_quote(error.quoted_payload());
    if (!quoted) {
        if (const auto place = active_place_at(error.destination)) {
            table_.probe(probes_[*place]).unproven_icmp = true;
        }
        return;
    }
    const auto place = place_of(quoted->nonce.sequence);
    if (quoted->nonce.session != session_ || quoted->protocol != Protocol::udp || !place) {
        return;
    }
    Probe& probe = table_.probe(probes_[*place]);
    if (probe.finished || probe.findings.echo || quoted->port != probe.endpoint.port ||
        error.destination != probe.endpoint.socket_address()) {
        return;
    }
    probe.findings.icmp = error.icmp;
    ++probe.findings.icmp_errors;
    finish(*place);
}

void UdpEngine::on_send_failure(std::size_t place, std::error_code error) {
    Probe& probe = table_.probe(probes_[place]);
    if (stopped_ || probe.finished || probe.findings.echo) {
        return;
    }
    if (is_no_route(error)) {
        probe.findings.no_route = true;
    } else {
        probe.findings.local_error = error.value();
    }
    finish(place);
}

bool UdpEngine::needs_no_more_attempts(const Probe& probe) const {
    return probe.findings.altered_echo || probe.findings.foreign_data;
}

}  // namespace pt::client
