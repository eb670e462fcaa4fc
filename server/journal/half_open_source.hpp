#pragma once

#include "common/core/timing.hpp"
#include "server/record/arrival_record.hpp"

namespace pt::server {

/// Where the archive learns of TCP handshakes that have begun and are not complete, where the
/// kernel does not count first segments: a SYN arrived, and the SYN-ACK or the last ACK was lost.
class HalfOpenSource {
public:
    /// Why to poll, from the least to the most urgent.
    enum class Reason {
        idle,         ///< as every now and then, while there is nobody to tell of it
        routine,      ///< as every now and then
        new_session,  ///< what is there now was there before, or came just now
        query         ///< a client waits for the answer
    };

    virtual ~HalfOpenSource() = default;

    /// Notes those that were not there before, and on which ports some may have ended unseen;
    /// unless the last poll is too fresh for this reason.
    virtual void poll(Reason reason, TimePoint now, ArrivalRecord& record) = 0;

    /// Whether none that came about between two times can be missing without being noted so.
    virtual bool knows_all(TimePoint since, TimePoint until) const = 0;

    /// Whether that may become so soon: a poll is under way on another thread.
    virtual bool is_awaited(TimePoint since, TimePoint until) const = 0;
};

}  // namespace pt::server
