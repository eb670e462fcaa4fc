#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/timing.hpp"

namespace pt::server {

/// TCP connections that came and went without delivering a frame: a handshake that the server saw,
/// whose data never arrived. Bounded: the latest ones, in a ring.
class MuteLog {
public:
    static constexpr std::size_t capacity = 4096;

    /// A connection from `peer` to `port` has ended mute; it was accepted at `accepted`.
    void note(const IpAddress& peer, Port port, TimePoint accepted);

    /// Calls `take` for each port that `peer` connected to since then and stayed mute on.
    void for_each(const IpAddress& peer, TimePoint since,
                  const std::function<void(Port)>& take) const;

private:
    struct Entry {
        IpAddress peer;
        Port port{};
        TimePoint accepted{};
    };
    std::vector<Entry> entries_;
    std::size_t next_ = 0;
};

}  // namespace pt::server
