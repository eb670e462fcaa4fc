// Part of UdpEngine: ICMP errors and failures to send.
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
        if (const auto place = active_place_at(error.destination)) {
            probe_at(*place).findings.unproven_icmp = true;
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
    const auto place = place_of(quoted->nonce.sequence);
    if (!place || !schedule_.open(*place) ||
        error.destination != list_.endpoint(*place).socket_address()) {
        return;
    }
    Probe& probe = probe_at(*place);
    probe.findings.icmp = error.icmp;
    ++probe.findings.icmp_errors;
    on_refusal(*place, quoted->attempt);
}

void UdpEngine::on_refusal(std::size_t place, unsigned attempt) {
    Active& active = active_[place];
    active.refusals.add(schedule_.sent_at(place, attempt).value_or(net::steady_now()));
    if (!settings_.repeat_refusals ||
        active.refusals.repeated(settings_.plan.tries(), settings_.min_refusals)) {
        finish(place);
    } else {
        schedule_.refused(place, net::steady_now());
    }
}

void UdpEngine::on_send_failure(std::size_t place, std::error_code error) {
    if (stopped_ || place == UdpChannel::no_tag || !schedule_.open(place)) {
        return;
    }
    if (!is_no_route(error)) {
        fail(place, error.value());
        return;
    }
    Probe& probe = probe_at(place);
    probe.findings.no_route = true;
    on_refusal(place, probe.attempts);
}

/// Nothing that comes can be seen: all that is still asked is untested.
void UdpEngine::on_unreadable(std::error_code error) {
    for (std::size_t place = 0; !stopped_ && place < list_.size(); ++place) {
        if (schedule_.open(place)) {
            fail(place, error.value());
        }
    }
    unreadable_ = error.value();
    pump_soon();
}

}  // namespace pt::client
