#include "server/record/port_times.hpp"

#include <algorithm>

namespace pt::server {

void PortTimes::note(Port port, TimePoint time) {
    auto& stretch = stretches_[to_number(port) / stretch_ports];
    if (!stretch) {
        stretch = std::make_unique<Stretch>();
    }
    TimePoint& latest = (*stretch)[to_number(port) % stretch_ports];
    latest = std::max(latest, time);
}

void PortTimes::note_all(TimePoint time) { all_ = std::max(all_, time); }

bool PortTimes::any_since(Port port, TimePoint since) const {
    const auto& stretch = stretches_[to_number(port) / stretch_ports];
    const TimePoint latest =
        std::max(all_, stretch ? (*stretch)[to_number(port) % stretch_ports] : TimePoint{});
    return latest != TimePoint{} && latest >= since;
}

}  // namespace pt::server
