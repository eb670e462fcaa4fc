#pragma once

#include <cstdint>

#include "common/core/endpoint.hpp"
#include "common/core/frame.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// Request frames of one session.
class FlowFrames {
public:
    /// `session` is random; `begun` is when its first frame may be sent; `key_id` is that of the
    /// run's key, or 0.
    FlowFrames(std::uint64_t session, TimePoint begun, std::uint32_t key_id)
        : session_{session}, begun_{begun}, key_id_{key_id} {}

    /// `sequence` is one that no other frame of the session has. Attempts on a port are 1 and 2 in
    /// turn: so their SYNs say which port they were sent to (common/core/syn_mark.hpp), and a scan
    /// at the same time does not take them for its own that went astray.
    Frame request(const Endpoint& endpoint, std::uint32_t sequence, TimePoint now,
                  std::uint8_t attempt = 1) const {
        Frame frame;
        frame.key_id = key_id_;
        frame.nonce = {session_, sequence};
        frame.port = endpoint.port;
        frame.protocol = endpoint.protocol;
        frame.attempt = attempt;
        frame.client_time = static_cast<std::uint64_t>((now - begun_).count());
        return completed(frame);
    }

private:
    std::uint64_t session_;
    TimePoint begun_;
    std::uint32_t key_id_;
};

}  // namespace pt::client
