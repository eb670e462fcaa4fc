#pragma once

#include "common/core/timing.hpp"
#include "server/connection_log.hpp"

namespace pt::server {

/// Where the archive learns of TCP handshakes that have begun and are not complete: a SYN arrived,
/// and the SYN-ACK or the last ACK was lost.
class HalfOpenSource {
public:
    /// Why to look, from the least to the most urgent.
    enum class Reason {
        idle,         ///< as every now and then, while there is nobody to tell of it
        routine,      ///< as every now and then
        new_session,  ///< what is there now was there before, or came just now
        question      ///< a client waits for the answer
    };

    virtual ~HalfOpenSource() = default;

    /// Notes those in the log that were not there before, unless the last look is too fresh for
    /// this reason.
    virtual void look(Reason reason, TimePoint now, ConnectionLog& log) = 0;

    /// Whether none that came about between two times can be missing in the log.
    virtual bool knows_all(TimePoint since, TimePoint until) const = 0;
};

}  // namespace pt::server
