#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "client/probe/probe.hpp"
#include "common/core/frame.hpp"

namespace pt::client {

/// What bytes that came back are, held against the request that was sent.
enum class ReplyKind {
    echo,     ///< our echo, intact
    altered,  ///< pt's frame or what is left of it, but not as it must be
    foreign   ///< no frame of pt
};

struct Reply {
    ReplyKind kind = ReplyKind::foreign;
    Frame frame;  ///< only with `echo`
    /// With `altered`: nothing but the padding differs, and the server received it so.
    bool padding_altered = false;
};

/// Judges whole bytes of one reply. `request` is the frame that was sent (its attempt and time may
/// differ: over UDP an answer to an earlier attempt is ours too) and `padding_crc` that of its
/// padding. Only what is `genuine` (made with the run's key, where it has one) is an echo.
Reply judge_reply(std::span<const std::uint8_t> bytes, const Frame& request, bool genuine);

/// Whether the first bytes of a stream can still become a pt frame.
bool may_be_frame(std::span<const std::uint8_t> first_bytes);

/// Takes what an echo that came just now tells into the probe: round trip, what the server saw, our
/// own end.
void take_echo(Probe& probe, const Frame& echo, Nanoseconds round_trip, const SocketAddress& local,
               TimePoint now);

}  // namespace pt::client
