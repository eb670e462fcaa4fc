// Part of UdpEngine: further frames of --count, each to an open port.
#include <system_error>

#include "client/probe/udp_engine.hpp"
#include "common/net/clock.hpp"

namespace pt::client {
namespace {

/// Then no further frame of --count is sent: each would be waited for.
constexpr unsigned max_lost_in_a_row = 10;

}  // namespace

/// As soon as the rate allows it.
void UdpEngine::next_sample(Slot slot, Port source, unsigned lost_before) {
    const TimePoint now = net::steady_now();
    const Sample sample{slot, schedule_.take_turn(now), source, lost_before};
    if (sample.sent > now) {
        waiting_samples_.push_back(sample);
    } else {
        send_sample(sample);
    }
}

void UdpEngine::send_sample(const Sample& sample) {
    const auto& [slot, sent, source, lost_before] = sample;
    Probe& probe = probe_at(slot);
    ++probe.frames_sent;
    const std::uint32_t sequence = table_.new_sequence();
    samples_.emplace(sequence, sample);
    sample_deadlines_.emplace_back(sent + sample_timeout(settings_), sequence);
    UdpChannel* channel = channels(probe.endpoint.address).with_port(source);
    if (unreadable_ != 0 || channel == nullptr || channel->full()) {
        drop_sample(slot);
        return;
    }
    channel->queue(request_bytes(probe.endpoint, sequence, 1, settings_.sample_size),
                   probe.endpoint.socket_address(), slot);
}

void UdpEngine::expire_samples(TimePoint now) {
    while (!stopped_ && !sample_deadlines_.empty() && sample_deadlines_.front().first <= now) {
        const auto lost = samples_.find(sample_deadlines_.front().second);
        sample_deadlines_.pop_front();
        if (lost == samples_.end()) {
            continue;
        }
        const Sample sample = lost->second;
        if (channels(list_.endpoint(sample.slot).address).failure_of_all(sample.slot, 1) != 0) {
            drop_sample(sample.slot);  // it is still here
            continue;
        }
        samples_.erase(lost);
        ++samples_lost_;
        Probe& probe = probe_at(sample.slot);
        ++probe.frames_lost;
        const unsigned in_a_row = sample.lost_before + 1;
        if (probe.frames_sent < settings_.count && in_a_row < max_lost_in_a_row) {
            next_sample(sample.slot, sample.source, in_a_row);
        } else {
            finish(sample.slot);
        }
    }
}

}  // namespace pt::client
