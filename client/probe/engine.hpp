#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "client/pace/schedule.hpp"
#include "client/probe/refusals.hpp"
#include "client/probe/socket_setup.hpp"
#include "common/core/frame.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// What both engines are told. An engine drives the probes of one protocol: it asks its Schedule
/// what to do, does it, and notes what comes back.
struct EngineSettings {
    AttemptPlan plan{1, Nanoseconds{}};
    Schedule::Limits limits;
    SourceSettings source;
    std::uint32_t count = 1;  ///< frames on each open port
    /// Bytes of each frame on it but the first.
    std::size_t sample_size = default_request_size;
    std::uint64_t seed = 0;
    /// A refusal counts only where it repeats (Refusals).
    bool repeat_refusals = true;
    bool one_flow = false;  ///< UDP: all attempts leave from one port
    unsigned min_refusals = Refusals::min_count;
    /// Where the kernel takes source ports from; nothing: not known.
    std::optional<std::pair<Port, Port>> ephemeral_range;

    /// Whether SYNs are marked (common/core/syn_mark.hpp). A port's marks tell it from all others
    /// only where at least two attempts are made, and no segment is longer than they are: where the
    /// size of frames is tested, SYNs go without.
    bool marks_syns() const { return plan.tries() > 1 && sample_size <= default_request_size; }
};

/// How long a frame of --count may take before it counts as lost.
inline Nanoseconds sample_timeout(const EngineSettings& settings) {
    using namespace std::chrono_literals;
    return std::min<Nanoseconds>(settings.plan.timeout(), 1s);
}

}  // namespace pt::client
