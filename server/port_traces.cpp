#include "server/port_traces.hpp"

#include <algorithm>
#include <chrono>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

/// As long as the kernel keeps a half-open handshake: net.ipv4.tcp_synack_retries is 5 by default,
/// which makes 63 s; with 6 it is this.
constexpr auto longest_half_open = 127s;

/// The kernel's timers may make a handshake two ticks of 10 ms older than it is, and of two packets
/// sent at one time one may come before the other.
constexpr Nanoseconds inaccuracy = 25ms;

enum class Whose { this_runs, uncertain, earlier };

Whose whose(const TimeSpan& time, const RunTime& run) {
    if (time.latest < run.began.earliest) {
        return Whose::earlier;
    }
    const bool within = time.earliest >= run.began.latest && time.latest <= run.until;
    return within ? Whose::this_runs : Whose::uncertain;
}

}  // namespace

RunTime run_time(const Journal::Beginning& session, TimePoint not_before, TimePoint until) {
    const TimePoint latest = std::max(session.began, not_before);
    return {{not_before - inaccuracy, latest - inaccuracy}, until};
}

void add_trace(PortTraces& traces, ConnectionTrace trace, const TimeSpan& time,
               const RunTime& run) {
    const Whose owner = whose(time, run);
    const bool ours = owner == Whose::this_runs;
    const bool uncertain = owner == Whose::uncertain;
    switch (trace) {
        case ConnectionTrace::mute:
            traces.mute = traces.mute || ours;
            traces.uncertain = traces.uncertain || uncertain;
            break;
        case ConnectionTrace::reset: traces.reset = traces.reset || ours; break;
        case ConnectionTrace::half_open:
            traces.half_open = traces.half_open || ours;
            traces.uncertain = traces.uncertain || uncertain;
            traces.earlier =
                traces.earlier ||
                (owner == Whose::earlier && time.latest >= run.began.earliest - longest_half_open);
            break;
    }
}

}  // namespace pt::server
