#pragma once

#include <array>
#include <cstddef>
#include <memory>

#include "common/core/port.hpp"
#include "common/core/timing.hpp"

namespace pt::server {

/// When something last happened on each port of a protocol. Takes memory for those stretches of
/// ports only on which it did, half a MiB at most.
class PortTimes {
public:
    void note(Port port, TimePoint time);
    /// On all ports at once.
    void note_all(TimePoint time);
    /// Whether it happened since then, on a port or on all at once.
    bool any_since(Port port, TimePoint since) const;
    bool all_since(TimePoint since) const { return all_ != TimePoint{} && all_ >= since; }

private:
    static constexpr std::size_t stretch_ports = 512;
    using Stretch = std::array<TimePoint, stretch_ports>;

    std::array<std::unique_ptr<Stretch>, port_count / stretch_ports> stretches_;
    TimePoint all_{};
};

}  // namespace pt::server
