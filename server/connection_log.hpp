#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <tuple>

#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"

namespace pt::server {

/// What a TCP connection left behind that no frame tells of.
enum class ConnectionTrace {
    mute,       ///< a handshake that the server saw, and no frame
    reset,      ///< the peer's side reset the connection, whether it had brought a frame or not
    half_open,  ///< a handshake that was not completed
};

/// Traces of TCP connections, the latest of each kind for each peer and port. Bounded: where room
/// is short, the oldest is forgotten.
class ConnectionLog {
public:
    static constexpr std::size_t capacity = 16'384;

    /// `time` is when the connection was accepted, or last brought a frame, or was seen half open.
    void note(const IpAddress& peer, Port port, ConnectionTrace trace, TimePoint time);

    /// Calls `take` for each port that `peer` left a trace on since then.
    void for_each(const IpAddress& peer, TimePoint since,
                  const std::function<void(Port, ConnectionTrace, TimePoint)>& take) const;

    /// Whether nothing since then has been forgotten.
    bool remembers(TimePoint since) const { return !forgotten_ || *forgotten_ < since; }
    /// Grows with each port that is noted anew or again after a while.
    std::size_t changes() const { return changes_; }

private:
    using Key = std::tuple<IpAddress, Port, ConnectionTrace>;
    struct Entry {
        Key key;
        TimePoint time;
    };
    using Entries = std::list<Entry>;

    Entries entries_;  ///< longest unheard of first
    std::map<Key, Entries::iterator> by_key_;
    std::optional<TimePoint> forgotten_;  ///< the latest time of an entry that was forgotten
    std::size_t changes_ = 0;
};

}  // namespace pt::server
