#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/report/report.hpp"
#include "client/result/result.hpp"
#include "client/watch/pause_detector.hpp"
#include "client/watch/wall_clock.hpp"
#include "client/watch/watched_port.hpp"

/// What a person or a program reads of ports that are watched.
namespace pt::client {

/// How it ended.
struct WatchEnd {
    TimePoint began;
    bool interrupted = false;
};

/// Driven by the watch: each event as it is found, `end` once.
class WatchReport {
public:
    virtual ~WatchReport() = default;
    virtual void event(const WatchedPort& port, const PortEvent& event, const WallClock& now) = 0;
    /// A scan after a change says why.
    virtual void verdict(const WatchedPort& port, const Result& result, const WallClock& now) = 0;
    virtual void pause(const PauseDetector::Pause& pause, const WallClock& now) = 0;
    /// An interval is over.
    virtual void interval(const std::vector<WatchedPort>& ports, const WallClock& now) = 0;
    virtual void end(const std::vector<WatchedPort>& ports, const WatchEnd& how,
                     const WallClock& now) = 0;
};

/// The size of the terminal that a table is redrawn on.
struct Screen {
    std::size_t rows = 24;
    std::size_t columns = 80;
};

/// How large the terminal is now; nothing where there is none.
using AskScreen = std::function<std::optional<Screen>()>;

/// A line for each event; with a screen a table below them that is redrawn.
std::unique_ptr<WatchReport> make_watch_lines(std::ostream& out, Style style, AskScreen screen);
/// A JSON object for each event, and one for each port at the end (watch.schema.json).
std::unique_ptr<WatchReport> make_watch_json(std::ostream& out);

}  // namespace pt::client
