#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <tuple>

#include "common/core/endpoint.hpp"
#include "server/time_span.hpp"

namespace pt::server {

/// What a TCP connection left behind that no frame tells of.
enum class ConnectionTrace {
    mute,       ///< a handshake that the server saw, and no frame
    reset,      ///< the peer's side reset the connection, whether it had brought a frame or not
    half_open,  ///< a handshake that was not completed
};

/// Traces of TCP connections, the latest of each kind for each peer and port. Bounded: where room
/// is short, the oldest is forgotten. The zones of link-local peers are not told apart, as the
/// kernel does not tell them of half-open handshakes.
class ConnectionLog {
public:
    /// Some 6 MiB. Ten times what a listener's queue of half-open handshakes holds by default
    /// (net.core.somaxconn, 4,096).
    static constexpr std::size_t capacity = 40'960;

    /// `time` is when the connection was accepted, or when the half-open handshake began, between
    /// two times. Of several, the latest of either bound is kept: enough to say of any time whether
    /// one certainly came after it, and whether one may have.
    void note(const IpAddress& peer, Port port, ConnectionTrace trace, const TimeSpan& time);
    void note(const IpAddress& peer, Port port, ConnectionTrace trace, TimePoint time) {
        note(peer, port, trace, TimeSpan{time, time});
    }

    using Take = std::function<void(Port, ConnectionTrace, const TimeSpan&)>;
    /// Calls `take` for each trace of `peer` on a port between two, both within.
    void for_each(const IpAddress& peer, Port first, Port last, const Take& take) const;

    /// Whether nothing since then has been forgotten.
    bool remembers(TimePoint since) const { return !forgotten_ || *forgotten_ < since; }
    /// Grows with each trace that is noted.
    std::size_t changes() const { return changes_; }

private:
    using Key = std::tuple<IpAddress, Port, ConnectionTrace>;
    struct Entry {
        Key key;
        TimeSpan time;
    };
    using Entries = std::list<Entry>;

    Entries entries_;  ///< longest unheard of first
    std::map<Key, Entries::iterator> by_key_;
    std::optional<TimePoint> forgotten_;  ///< the latest time of an entry that was forgotten
    std::size_t changes_ = 0;
};

}  // namespace pt::server
