// Part of UdpEngine: the frames of --count, and how many of them are left to send and to wait for.
#include <algorithm>
#include <system_error>

#include "client/probe/udp_engine.hpp"
#include "common/net/clock.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// Later than that and than so many round trips, echoes hardly come.
constexpr Nanoseconds min_losing = 200ms;
constexpr int round_trips_losing = 4;
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

FramesLeft UdpEngine::frames_left(TimePoint now) {
    FramesLeft left;
    left.timeout = sample_timeout(settings_);
    left.echoed = samples_echoed_;
    left.lost = samples_lost_;
    const Nanoseconds late =
        std::max(min_losing, schedule_.round_trip().value_or(Nanoseconds{}) * round_trips_losing);
    for (const auto& [sequence, sample] : samples_) {
        const std::uint32_t further =
            settings_.count - std::min(settings_.count, probe_at(sample.slot).frames_sent);
        if (now - sample.sent > late) {
            ++left.losing[further];
            left.losing_ends = std::max(left.losing_ends, sample.sent + left.timeout - now);
        } else {
            ++left.ports[further + 1];
        }
    }
    for (const Sample& sample : waiting_samples_) {
        ++left.ports[settings_.count -
                     std::min(settings_.count, probe_at(sample.slot).frames_sent)];
    }
    return left;
}

std::size_t UdpEngine::own_ports_ahead() const {
    std::size_t count = 0;
    for (const auto& [address, local] : locals_) {
        if (address != local || settings_.source.port) {
            continue;
        }
        for (const Port port : (address.is_v4() ? v4_ : v6_).ports()) {
            const auto slot = list_.find({address, port});
            const bool ahead =
                slot && (to_index(*slot) >= schedule_.started() || schedule_.open(*slot));
            count += ahead ? 1U : 0U;
        }
    }
    return count;
}

}  // namespace pt::client
