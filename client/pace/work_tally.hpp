#pragma once

#include <cstddef>
#include <optional>

#include "common/core/timing.hpp"

namespace pt::client {

/// What a schedule has done, for the time left. Time is an argument.
class WorkTally {
public:
    std::size_t open = 0;             ///< ports with an echo
    std::size_t silent = 0;           ///< probes that ended without an answer
    std::size_t silent_attempts = 0;  ///< that these had

    void note_frame() { ++frames_; }
    std::size_t frames() const { return frames_; }  ///< of --count, but for the first ones

    /// A step is to be taken now.
    void begin_step(TimePoint now) {
        // Frames of --count go between steps.
        const bool sent = frames_ != frames_before_;
        busy_ += last_step_ && (busy_since_ || sent) ? now - *last_step_ : Nanoseconds{};
        last_step_ = now;
        frames_before_ = frames_;
    }
    /// Whether an attempt was made, or would have been but for the rate or the window.
    void end_step(bool is_busy) { busy_since_ = is_busy; }

    /// The time in which more was to be sent at once.
    Nanoseconds busy() const { return busy_; }

private:
    std::size_t frames_ = 0;
    std::size_t frames_before_ = 0;
    std::optional<TimePoint> last_step_;
    bool busy_since_ = false;
    Nanoseconds busy_{};
};

}  // namespace pt::client
