#include "client/probe/reply.hpp"

#include <algorithm>

namespace pt::client {
namespace {

/// All that the server copies from the request, and what it says of the padding it received.
bool is_copy_of(const Frame& reply, const Frame& request) {
    // Over TCP another attempt's reply belongs to another connection.
    const bool earlier = request.protocol == Protocol::udp && reply.attempt < request.attempt;
    return reply.nonce == request.nonce && reply.port == request.port &&
           reply.protocol == request.protocol && reply.key_id == request.key_id &&
           (earlier || reply.attempt == request.attempt) && reply.attempt > 0 &&
           reply.padding_crc == request.padding_crc && reply.received_length == request.length;
}

}  // namespace

Reply judge_reply(std::span<const std::uint8_t> bytes, const Frame& request, bool genuine) {
    const auto frame = decode(bytes);
    if (frame && !genuine) {
        return {ReplyKind::altered, {}};
    }
    if (frame && frame->type == FrameType::reply && is_copy_of(*frame, request)) {
        return {ReplyKind::echo, *frame};
    }
    Frame as_received = request;
    if (frame) {
        as_received.padding_crc = frame->padding_crc;
        if (frame->type == FrameType::reply && is_copy_of(*frame, as_received)) {
            return {ReplyKind::altered, {}, true};
        }
    }
    const bool ours = bytes.size() >= frame_magic.size() && may_be_frame(bytes);
    return {ours ? ReplyKind::altered : ReplyKind::foreign, {}};
}

bool may_be_frame(std::span<const std::uint8_t> first_bytes) {
    const auto size = std::min(first_bytes.size(), frame_magic.size());
    return std::equal(first_bytes.begin(), first_bytes.begin() + static_cast<std::ptrdiff_t>(size),
                      frame_magic.begin());
}

void take_echo(Probe& probe, const Frame& echo, Nanoseconds round_trip, const SocketAddress& local,
               TimePoint now) {
    if (!probe.findings.echo) {
        probe.first_echo_at = now;
    }
    probe.findings.echo = true;
    probe.rtt.add(round_trip);
    probe.local = local;
    probe.seen = ServerView{echo.seen_source,     echo.seen_destination, echo.received_ttl,
                            echo.server_instance, echo.received_tos,     echo.session_frames,
                            echo.key_id};
}

}  // namespace pt::client
