#pragma once

#include <cstddef>
#include <deque>
#include <map>

#include "common/core/timing.hpp"
#include "server/record/time_span.hpp"

namespace pt::server {

/// When the server stalled: it was stopped, its machine was paused, or other programs had all of
/// the processor's time. What clients sent meanwhile was not read, so that silence proves nothing
/// about the network. Detected by the turns that each thread takes at regular times. Pure.
class Stalls {
public:
    /// Below this, clients do not notice.
    static constexpr Nanoseconds min_stall = std::chrono::seconds{1};
    static constexpr std::size_t capacity = 64;

    /// A thread's turn has come, and its next one is due after `interval`. Returns for how long the
    /// thread stalled before, 0 where it did not.
    Nanoseconds turn(std::size_t thread, TimePoint now, Nanoseconds interval);
    /// The thread takes no more turns.
    void end(std::size_t thread) { threads_.erase(thread); }

    /// Whether a thread stalled at any time between `from` and `to`, or has stalled since then and
    /// not taken a turn yet.
    bool any(TimePoint from, TimePoint to, TimePoint now) const;
    std::size_t count() const { return count_; }

private:
    struct Thread {
        TimePoint last_turn;
        TimePoint next_turn;
    };

    std::map<std::size_t, Thread> threads_;
    std::deque<TimeSpan> stalls_;  ///< the latest ones
    std::size_t count_ = 0;
};

}  // namespace pt::server
