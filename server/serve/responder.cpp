#include "server/serve/responder.hpp"

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
std::optional<Silence> judge_addresses(const PacketInfo& arrival) {
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

Answer Responder::answer_datagram(std::span<const std::uint8_t> payload, const PacketInfo& arrival,
                                  TimePoint now) {
    if (const auto silence = judge_addresses(arrival)) {
        return *silence;
    }
    const auto frame = decode(payload);
    return frame ? answer_frame(*frame, payload, arrival, now) : Silence::not_a_frame;
}

Answer Responder::answer_frame(const Frame& frame, std::span<const std::uint8_t> bytes,
                               const PacketInfo& arrival, TimePoint now) {
    if (frame.protocol != arrival.protocol) {
        return Silence::wrong_protocol;
    }
    if (frame.type != FrameType::request && frame.type != FrameType::query) {
        return Silence::not_a_request;
    }
    if (const auto silence = judge_key(frame, bytes)) {
        return *silence;
    }
    return frame.type == FrameType::request ? echo(frame, bytes, arrival, now)
                                            : consult(frame, bytes, arrival, now);
}

/// Who names a key would not believe an answer without.
std::optional<Silence> Responder::judge_key(const Frame& frame,
                                            std::span<const std::uint8_t> bytes) const {
    if (frame.key_id == 0) {
        return keys_.empty() ? std::nullopt : std::optional{Silence::without_key};
    }
    const FrameKey* const key = keys_.find(frame.key_id);
    if (key == nullptr) {
        return Silence::unknown_key;
    }
    return key->is_genuine(bytes) ? std::nullopt : std::optional{Silence::wrong_tag};
}

Answer Responder::signed_with(std::uint32_t key_id) {
    if (key_id != 0) {
        keys_.find(key_id)->sign(out_);
    }
    return std::span<const std::uint8_t>{out_};
}

/// What all frames of the server's say of the one that they answer.
Frame Responder::header_for(const Frame& frame, std::span<const std::uint8_t> bytes,
                            const PacketInfo& arrival) const {
    Frame header = frame;
    header.flags = 0;
    header.cookie = 0;
    header.seen_source = arrival.source;
    header.seen_destination = arrival.destination;
    header.server_time_us = to_microseconds(arrival.in_server);
    header.received_ttl = arrival.ttl;
    header.received_tos = arrival.tos;
    header.received_length = static_cast<std::uint16_t>(bytes.size());
    header.server_instance = instance_;
    header.tag = {};
    return header;
}

Answer Responder::echo(const Frame& request, std::span<const std::uint8_t> bytes,
                       const PacketInfo& arrival, TimePoint now) {
    Frame reply = header_for(request, bytes, arrival);
    reply.type = FrameType::reply;
    reply.length = frame_header_size;
    // Of what was received: where that is not what was sent, the client sees it.
    reply.padding_crc = crc32c(padding(bytes));
    const bool intact = reply.padding_crc == request.padding_crc;
    // A copy is answered, too: who sends one before the request comes would silence it otherwise.
    reply.session_frames = request.key_id != 0
                               ? archive()->note_genuine(request, arrival, intact, now)
                               : archive()->note(request, arrival, intact, now);
    new_session_ = new_session_ || reply.session_frames == 1;
    out_.resize(frame_header_size);
    encode_header(reply, out_);
    answered_query_ = false;
    return signed_with(request.key_id);
}

Answer Responder::consult(const Frame& query, std::span<const std::uint8_t> bytes,
                          const PacketInfo& arrival, TimePoint now) {
    auto answer = archive()->answer(query, bytes, header_for(query, bytes, arrival), arrival, now);
    if (!answer) {
        return Silence::refused_query;
    }
    out_ = std::move(*answer);
    answered_query_ = true;
    return signed_with(query.key_id);
}

}  // namespace pt::server
