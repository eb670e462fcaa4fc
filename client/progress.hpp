#pragma once

#include <cstddef>
#include <iosfwd>
#include <optional>
#include <string>

#include "common/core/timing.hpp"

namespace pt::client {

/// The line on stderr that says how far a run is: ports done, of how many, rate, time left.
/// Redrawn at most ten times a second, and only once a run has lasted half a second, so that a
/// short one shows nothing. Reads no clock and asks no terminal: main makes one only where stderr
/// is a terminal and stdout does not write lines in between.
class Progress {
public:
    /// `out` must outlive it.
    Progress(std::ostream& out, TimePoint started);

    /// Draws, if it is time to. `total` may grow while names are being looked up.
    void update(std::size_t done, std::size_t total, TimePoint now);
    /// Takes the line away; before anything else is printed.
    void clear();

private:
    std::ostream& out_;
    TimePoint started_;
    std::optional<TimePoint> drawn_;
    std::size_t width_ = 0;
};

/// "12,345 of 65,535 ports, 3,210/s, 17 s left".
std::string progress_text(std::size_t done, std::size_t total, Nanoseconds elapsed);

}  // namespace pt::client
