#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>

#include "client/report/countdown.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// The line on stderr that says how far a run is: ports done, of how many, how many a second since
/// they began, time left.
/// Redrawn at most ten times a second, and only once a run has lasted half a second, so that a
/// short one shows nothing. Reads no clock and asks no terminal: main makes one only where stderr
/// is a terminal and stdout does not write lines in between.
class Progress {
public:
    /// `out` must outlive it.
    Progress(std::ostream& out, TimePoint started);

    /// Draws, if it is time to. The first call is when the ports begin, after names were looked up.
    /// `left` is how much time is left, where that is known.
    void update(std::size_t done, std::size_t total, const std::optional<TimeRange>& left,
                TimePoint now);
    /// While the scan keeps to the rate that the path lets through (attempts per second, where it
    /// is known).
    void update_slow(std::size_t done, std::size_t total, std::optional<double> rate,
                     const std::optional<TimeRange>& left, TimePoint now);
    /// Takes the line away; before anything else is printed.
    void clear();

private:
    void draw(std::string text, TimePoint now);

    std::ostream& out_;
    TimePoint started_;
    std::optional<TimePoint> ports_began_;
    Countdown countdown_;
    std::optional<TimePoint> drawn_;
    std::size_t width_ = 0;
};

/// "137 of 400 ports, slowed down: about 25 attempts a second pass, 6 to 12 s left".
std::string slow_progress_text(std::size_t done, std::size_t total, std::optional<double> rate,
                               const std::optional<TimeRange>& left);

/// "12,345 of 65,535 ports, 3,210/s on average, 17 s left".
std::string progress_text(std::size_t done, std::size_t total, Nanoseconds elapsed,
                          const std::optional<TimeRange>& left);

}  // namespace pt::client
