// Part of UdpEngine: ICMP errors and failures to send.
#include <algorithm>
#include <cerrno>

#include "client/probe/udp_engine.hpp"
#include "common/net/clock.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

bool is_no_route(std::error_code error) {
    return error.value() == ENETUNREACH || error.value() == EHOSTUNREACH;
}

}  // namespace

void UdpEngine::on_queued_error(const net::QueuedError& error) {
    if (stopped_ || !error.icmp || meaning(*error.icmp) == IcmpMeaning::other) {
        return;
    }
    const auto quoted = decode_quote(error.quoted_payload());
    if (!quoted) {
        if (const auto slot = active_slot_at(error.destination)) {
            probe_at(*slot).findings.unproven_icmp = true;
        }
        return;
    }
    if (!table_.is_session_of(error.destination.address, quoted->nonce.session) ||
        quoted->protocol != Protocol::udp || quoted->port != error.destination.port) {
        return;
    }
    if (quoted->type == FrameType::query) {
        table_.on_query_refused(quoted->nonce);
        return;
    }
    const auto slot = slot_of_sequence(quoted->nonce.sequence);
    if (!slot || !schedule_.open(*slot) ||
        error.destination != list_.endpoint(*slot).socket_address()) {
        return;
    }
    Probe& probe = probe_at(*slot);
    probe.findings.icmp = error.icmp;
    ++probe.findings.icmp_errors;
    on_refusal(*slot, quoted->attempt);
}

void UdpEngine::on_refusal(Slot slot, unsigned attempt) {
    Active& active = active_[slot];
    active.refusals.add(schedule_.sent_at(slot, attempt).value_or(net::steady_now()));
    if (!settings_.repeat_refusals ||
        active.refusals.repeated(settings_.plan.tries(), settings_.min_refusals)) {
        finish(slot);
    } else {
        schedule_.refused(slot, net::steady_now());
    }
}

void UdpEngine::on_send_failure(std::optional<Slot> slot, std::error_code error) {
    if (stopped_ || !slot) {
        return;
    }
    if (!schedule_.open(*slot)) {
        drop_sample(*slot);
        return;
    }
    if (!is_no_route(error)) {
        fail(*slot, error.value());
        return;
    }
    Probe& probe = probe_at(*slot);
    probe.findings.no_route = true;
    on_refusal(*slot, probe.attempts);
}

/// --count: the frame in flight has not been sent, or its echo cannot be seen, for a reason of this
/// machine's own: it is not lost, and no further one is tried.
void UdpEngine::drop_sample(Slot slot) {
    const auto found = std::find_if(samples_.begin(), samples_.end(), [slot](const auto& sample) {
        return sample.second.slot == slot;
    });
    if (found != samples_.end()) {
        samples_.erase(found);
        --probe_at(slot).frames_sent;
        finish(slot);
    }
}

/// Nothing that comes can be seen: all that is still asked is untested.
void UdpEngine::on_unreadable(std::error_code error) {
    for (std::size_t index = 0; !stopped_ && index < list_.size(); ++index) {
        const Slot slot = slot_at(index);
        if (schedule_.open(slot)) {
            fail(slot, error.value());
        }
    }
    while (!stopped_ && !samples_.empty()) {
        drop_sample(samples_.begin()->second.slot);
    }
    for (; !stopped_ && !waiting_samples_.empty(); waiting_samples_.pop_front()) {
        finish(waiting_samples_.front().slot);
    }
    unreadable_ = error.value();
    pump_soon();
}

}  // namespace pt::client
