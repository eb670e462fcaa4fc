#include "client/scan/query_frames.hpp"

#include <utility>

namespace pt::client {

Frame QueryFrames::header(std::size_t place, Protocol protocol, Port port, TimePoint now) const {
    Frame frame;
    frame.key_id = id_of(key_);
    frame.nonce = {session_, first_sequence_ + static_cast<std::uint32_t>(place)};
    frame.protocol = protocol;
    frame.port = port;
    frame.attempt = 1;
    frame.client_time = static_cast<std::uint64_t>((now - began_).count());
    return frame;
}

std::vector<std::uint8_t> QueryFrames::request(Port port, unsigned attempt, TimePoint now) const {
    Frame frame = header(size(), Protocol::tcp, port, now);
    frame.attempt = static_cast<std::uint8_t>(attempt);  // else it counts as a duplicate
    auto bytes = encode_request(frame);
    sign(key_, bytes);
    return bytes;
}

std::vector<std::uint8_t> QueryFrames::query(std::size_t place, Protocol protocol, Port port,
                                             TimePoint now) const {
    auto bytes = encode_query(header(place, protocol, port, now), inquiries_[place]);
    sign(key_, bytes);
    return bytes;
}

std::optional<QueryFrames::Answered> QueryFrames::read(const Frame& frame,
                                                       std::span<const std::uint8_t> bytes) const {
    if (frame.nonce.session != session_ || !has_sequence(frame.nonce.sequence)) {
        return std::nullopt;
    }
    const std::size_t place = frame.nonce.sequence - first_sequence_;
    auto answer = decode_answer(frame, bytes);
    if (!answer || answer->inquiry != inquiries_[place]) {
        return std::nullopt;
    }
    return Answered{place, std::move(*answer)};
}

}  // namespace pt::client
