#pragma once

#include <map>

#include "common/core/port.hpp"
#include "server/connection_log.hpp"
#include "server/journal.hpp"

/// Whose connections are whose: of runs from one address, only time tells. Pure.
namespace pt::server {

/// A client's run in the server's time: when it began, and until when what came may be its own.
struct RunTime {
    TimeSpan began;
    TimePoint until{};
};

/// The run of a session that certainly did not begin before a time. A packet that came at the
/// latest time of its beginning, or after it, is the run's own, for all that is known of how
/// exactly such times are told.
RunTime run_time(const Journal::Beginning& session, TimePoint not_before, TimePoint until);

/// What one run's TCP connections to one port left behind, as far as whose they are is known.
struct PortTraces {
    bool mute = false;
    bool reset = false;
    bool half_open = false;
    bool uncertain = false;  ///< mute or half open: this run's, or another one's
    bool earlier = false;    ///< half open since before the run, and may have lasted into it
};

using TracesByPort = std::map<Port, PortTraces>;

/// Adds what a trace says of a run.
void add_trace(PortTraces& traces, ConnectionTrace trace, const TimeSpan& time, const RunTime& run);

}  // namespace pt::server
