#pragma once

#include <array>
#include <boost/system/result.hpp>
#include <cstdint>
#include <span>

#include "common/core/frame.hpp"
#include "server/arrival.hpp"
#include "server/session_table.hpp"
#include "server/silence.hpp"

namespace pt::server {

/// A whole reply frame. Every request is longer, so no reply can amplify.
using Reply = std::array<std::uint8_t, frame_header_size>;
static_assert(frame_header_size < min_request_size);

using Answer = boost::system::result<Reply, Silence>;

/// Decides what a frame is answered: a reply, or nothing and why. No socket, no clock; what it
/// keeps is the count of frames for each session.
class Responder {
public:
    /// `instance` tells this run of the server from others; `secret` is never told to anyone.
    Responder(std::uint64_t instance, std::uint64_t secret);

    /// A datagram as it came, whatever it holds.
    Answer answer_datagram(std::span<const std::uint8_t> payload, const Arrival& arrival);

    /// A frame that has been delimited and decoded from a stream; `bytes` are all of it.
    Answer answer_frame(const Frame& frame, std::span<const std::uint8_t> bytes,
                        const Arrival& arrival);

    std::uint64_t instance() const { return instance_; }

private:
    Reply echo(const Frame& request, std::span<const std::uint8_t> bytes, const Arrival& arrival);

    std::uint64_t instance_;
    SessionTable sessions_;
};

}  // namespace pt::server
