#include "server/responder.hpp"

#include <algorithm>
#include <limits>
#include <optional>

namespace pt::server {
namespace {

/// 255.255.255.255, which no socket may have (RFC 919 section 7).
bool is_limited_broadcast(const IpAddress& address) {
    return address.is_v4() && address.v4_bytes() == IpAddress::V4Bytes{255, 255, 255, 255};
}

/// The datagrams that are never answered, whatever they hold: a reply would reach nobody, many, or
/// ourselves.
std::optional<Silence> judge_addresses(const Arrival& arrival) {
    if (arrival.truncated) {
        return Silence::truncated;
    }
    if (arrival.source.port == Port{0}) {
        return Silence::source_port_zero;
    }
    const auto& source = arrival.source.address;
    if (source.is_multicast() || source.is_unspecified() || is_limited_broadcast(source)) {
        return Silence::source_not_unicast;
    }
    if (arrival.not_unicast || arrival.destination.address.is_multicast()) {
        return Silence::destination_not_unicast;
    }
    if (arrival.source == arrival.destination) {
        return Silence::own_address;
    }
    return std::nullopt;
}

std::uint32_t to_microseconds(std::chrono::nanoseconds time) {
    const auto count = std::chrono::duration_cast<std::chrono::microseconds>(time).count();
    constexpr auto most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 0, most));
}

}  // namespace

Responder::Responder(std::uint64_t instance, std::uint64_t secret)
    : instance_{instance}, sessions_{secret} {}

Answer Responder::answer_datagram(std::span<const std::uint8_t> payload, const Arrival& arrival) {
    if (const auto silence = judge_addresses(arrival)) {
        return *silence;
    }
    const auto frame = decode(payload);
    return frame ? answer_frame(*frame, payload, arrival) : Silence::not_a_frame;
}

Answer Responder::answer_frame(const Frame& frame, std::span<const std::uint8_t> bytes,
                               const Arrival& arrival) {
    if (frame.protocol != arrival.protocol) {
        return Silence::wrong_protocol;
    }
    switch (frame.type) {
        case FrameType::request:
            // No keys are known: whoever asks for one would not believe an answer without.
            return frame.key_id == 0 ? Answer{echo(frame, bytes, arrival)} : Silence::unknown_key;
        case FrameType::query:
        case FrameType::reply:
        case FrameType::answer: return Silence::not_a_request;
    }
    return Silence::not_a_request;
}

Reply Responder::echo(const Frame& request, std::span<const std::uint8_t> bytes,
                      const Arrival& arrival) {
    Frame reply = request;
    reply.type = FrameType::reply;
    reply.flags = 0;
    reply.length = frame_header_size;
    reply.cookie = 0;
    reply.seen_source = arrival.source;
    reply.seen_destination = arrival.destination;
    reply.server_time_us = to_microseconds(arrival.in_server);
    reply.received_ttl = arrival.ttl;
    reply.received_tos = arrival.tos;
    reply.received_length = static_cast<std::uint16_t>(bytes.size());
    reply.session_frames = sessions_.count(request.nonce.session);
    reply.server_instance = instance_;
    // Of what was received: where that is not what was sent, the client sees it.
    reply.padding_crc = crc32c(padding(bytes));
    reply.tag = {};
    Reply out{};
    encode_header(reply, out);
    return out;
}

}  // namespace pt::server
