// What the UDP engine has still to do besides its schedule: for the time left.
#include <algorithm>

#include "client/probe/udp_engine.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// Later than that and than so many round trips, echoes hardly come.
constexpr Nanoseconds min_losing = 200ms;
constexpr int round_trips_losing = 4;

}  // namespace

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
