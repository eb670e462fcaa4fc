#pragma once

#include <cstddef>
#include <deque>
#include <map>

#include "common/core/timing.hpp"
#include "server/journal/time_span.hpp"

namespace pt::server {

/// When the server stood still: it was stopped, its machine paused, or others had all of the
/// processor's time. Whatever clients sent meanwhile lay unread, so that their silence says nothing
/// of the network. Noticed by the turns that each thread takes when nothing keeps it. Pure.
class Stalls {
public:
    /// Below this, clients do not notice.
    static constexpr Nanoseconds shortest = std::chrono::seconds{1};
    static constexpr std::size_t capacity = 64;

    /// A thread's turn has come, and its next one is due after `interval`. Returns for how long the
    /// thread stood still before, 0 where it did not.
    Nanoseconds turn(std::size_t thread, TimePoint now, Nanoseconds interval);
    /// The thread takes no more turns.
    void end(std::size_t thread) { turns_.erase(thread); }

    /// Whether a thread stood still at any time between `from` and `to`, or since then has stood
    /// still until now and could not say so yet.
    bool any(TimePoint from, TimePoint to, TimePoint now) const;
    std::size_t count() const { return count_; }

private:
    struct Turn {
        TimePoint last;
        TimePoint next;
    };

    std::map<std::size_t, Turn> turns_;  ///< by thread
    std::deque<TimeSpan> stalls_;        ///< the latest ones
    std::size_t count_ = 0;
};

}  // namespace pt::server
