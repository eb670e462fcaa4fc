#include "common/core/frame.hpp"

#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <cassert>

#include "common/core/byte_order.hpp"

namespace pt {
namespace {

/// Where each field begins, in bytes.
namespace at {
constexpr std::size_t version = 3;
constexpr std::size_t type = 4;
constexpr std::size_t flags = 5;
constexpr std::size_t length = 6;
constexpr std::size_t key_id = 8;
constexpr std::size_t session = 12;
constexpr std::size_t sequence = 20;
constexpr std::size_t port = 24;
constexpr std::size_t protocol = 26;
constexpr std::size_t attempt = 27;
constexpr std::size_t client_time = 28;
constexpr std::size_t cookie = 36;
constexpr std::size_t seen_source = 44;
constexpr std::size_t seen_destination = 62;
constexpr std::size_t server_time = 80;
constexpr std::size_t received_ttl = 84;
constexpr std::size_t received_tos = 85;
constexpr std::size_t received_length = 86;
constexpr std::size_t session_frames = 88;
constexpr std::size_t server_instance = 92;
constexpr std::size_t padding_crc = 100;
constexpr std::size_t tag = frame_tag_offset;
static_assert(tag + frame_tag_size == frame_header_size);
}  // namespace at

std::optional<FrameType> frame_type(std::uint8_t byte) {
    switch (const auto type = static_cast<FrameType>(byte)) {
        case FrameType::request:
        case FrameType::reply:
        case FrameType::query:
        case FrameType::answer: return type;
    }
    return std::nullopt;
}

std::optional<Protocol> frame_protocol(std::uint8_t byte) {
    switch (const auto protocol = static_cast<Protocol>(byte)) {
        case Protocol::tcp:
        case Protocol::udp: return protocol;
    }
    return std::nullopt;
}

bool comes_from_client(FrameType type) {
    return type == FrameType::request || type == FrameType::query;
}

bool length_fits(FrameType type, std::size_t length) {
    switch (type) {
        case FrameType::request:
        case FrameType::query: return length >= min_request_size && length <= max_frame_size;
        case FrameType::reply: return length == frame_header_size;
        case FrameType::answer: return length >= frame_header_size && length <= max_frame_size;
    }
    return false;
}

using SocketAddressBytes = std::array<std::uint8_t, 18>;

/// Address and port as they travel: XORed with the session id over and over, because some NATs
/// rewrite whatever looks like an address (RFC 8489 section 14.2). Applied twice, it undoes itself.
SocketAddressBytes masked(SocketAddressBytes bytes, std::uint64_t session) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] ^= static_cast<std::uint8_t>(session >> (8 * (7 - i % 8)));
    }
    return bytes;
}

void store_address(std::span<std::uint8_t> out, std::size_t offset, const SocketAddress& value,
                   std::uint64_t session) {
    SocketAddressBytes bytes{};
    std::copy(value.address.bytes().begin(), value.address.bytes().end(), bytes.begin());
    store(std::span{bytes}, value.address.bytes().size(), to_number(value.port));
    const auto wire = masked(bytes, session);
    std::copy(wire.begin(), wire.end(), out.subspan(offset).begin());
}

SocketAddress load_address(std::span<const std::uint8_t> in, std::size_t offset,
                           std::uint64_t session) {
    SocketAddressBytes wire{};
    std::copy_n(in.subspan(offset).begin(), wire.size(), wire.begin());
    const auto bytes = masked(wire, session);
    IpAddress::Bytes address{};
    std::copy_n(bytes.begin(), address.size(), address.begin());
    return {IpAddress{address}, Port{load<std::uint16_t>(bytes, address.size())}};
}

}  // namespace

std::string_view to_string(FrameError error) {
    switch (error) {
        case FrameError::too_short: return "too short for a frame";
        case FrameError::bad_magic: return "not a pt frame";
        case FrameError::bad_version: return "unknown frame version";
        case FrameError::bad_type: return "unknown frame type";
        case FrameError::bad_length: return "wrong length";
        case FrameError::bad_protocol: return "unknown protocol";
    }
    return "?";
}

void encode_header(const Frame& frame, std::span<std::uint8_t> out) {
    assert(out.size() >= frame_header_size && out.size() >= frame.length);
    const std::uint64_t session = frame.nonce.session;
    // The client knows no addresses to tell: zero on the wire, not masked.
    const std::uint64_t mask = comes_from_client(frame.type) ? 0 : session;
    std::copy(frame_magic.begin(), frame_magic.end(), out.begin());
    store(out, at::version, frame_version);
    store(out, at::type, static_cast<std::uint8_t>(frame.type));
    store(out, at::flags, frame.flags);
    store(out, at::length, frame.length);
    store(out, at::key_id, frame.key_id);
    store(out, at::session, session);
    store(out, at::sequence, frame.nonce.sequence);
    store(out, at::port, to_number(frame.port));
    store(out, at::protocol, static_cast<std::uint8_t>(frame.protocol));
    store(out, at::attempt, frame.attempt);
    store(out, at::client_time, frame.client_time);
    store(out, at::cookie, frame.cookie);
    store_address(out, at::seen_source, frame.seen_source, mask);
    store_address(out, at::seen_destination, frame.seen_destination, mask);
    store(out, at::server_time, frame.server_time_us);
    store(out, at::received_ttl, frame.received_ttl);
    store(out, at::received_tos, frame.received_tos);
    store(out, at::received_length, frame.received_length);
    store(out, at::session_frames, frame.session_frames);
    store(out, at::server_instance, frame.server_instance);
    store(out, at::padding_crc, frame.padding_crc);
    std::copy(frame.tag.begin(), frame.tag.end(), out.subspan(at::tag).begin());
}

void fill_padding(const Nonce& nonce, std::span<std::uint8_t> padding) {
    // A xorshift generator (Marsaglia 2003), seeded so that it never starts at its fixed point 0.
    std::uint64_t state = nonce.session ^ (std::uint64_t{nonce.sequence} << 32U) ^
                          0x9E3779B97F4A7C15U ^ nonce.sequence;
    state = state == 0 ? 1 : state;
    for (auto& byte : padding) {
        state ^= state << 13U;
        state ^= state >> 7U;
        state ^= state << 17U;
        byte = static_cast<std::uint8_t>(state >> 56U);
    }
}

namespace {

/// Fills in the padding, and what the header says of it.
void complete(Frame& frame, std::span<std::uint8_t> padding) {
    fill_padding(frame.nonce, padding);
    frame.length = static_cast<std::uint16_t>(frame_header_size + padding.size());
    frame.padding_crc = crc32c(padding);
}

}  // namespace

Frame completed(Frame frame, std::size_t size) {
    assert(size >= min_request_size && size <= max_frame_size);
    std::array<std::uint8_t, max_frame_size - frame_header_size> room;
    complete(frame, std::span{room}.first(size - frame_header_size));
    return frame;
}

std::vector<std::uint8_t> encode_request(Frame frame, std::size_t size) {
    assert(comes_from_client(frame.type));
    assert(size >= min_request_size && size <= max_frame_size);
    std::vector<std::uint8_t> bytes(size);
    complete(frame, std::span{bytes}.subspan(frame_header_size));
    encode_header(frame, bytes);
    return bytes;
}

std::uint32_t crc32c(std::span<const std::uint8_t> bytes) {
    boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return crc.checksum();
}

std::optional<FrameError> check_begin(std::span<const std::uint8_t> bytes) {
    const auto magic_part = bytes.first(std::min(bytes.size(), frame_magic.size()));
    if (!std::equal(magic_part.begin(), magic_part.end(), frame_magic.begin())) {
        return FrameError::bad_magic;
    }
    if (bytes.size() > at::version && bytes[at::version] != frame_version) {
        return FrameError::bad_version;
    }
    if (bytes.size() > at::type && !frame_type(bytes[at::type])) {
        return FrameError::bad_type;
    }
    if (bytes.size() >= at::length + 2 &&
        !length_fits(*frame_type(bytes[at::type]), frame_length(bytes))) {
        return FrameError::bad_length;
    }
    if (bytes.size() > at::protocol && !frame_protocol(bytes[at::protocol])) {
        return FrameError::bad_protocol;
    }
    return std::nullopt;
}

std::size_t frame_length(std::span<const std::uint8_t> begin) {
    return load<std::uint16_t>(begin, at::length);
}

FrameType frame_type_of(std::span<const std::uint8_t> begin) {
    return static_cast<FrameType>(begin[at::type]);
}

Expected<Frame, FrameError> decode(std::span<const std::uint8_t> bytes) {
    if (const auto error = check_begin(bytes)) {
        return *error;
    }
    if (bytes.size() < frame_header_size) {
        return FrameError::too_short;
    }
    if (frame_length(bytes) != bytes.size()) {
        return FrameError::bad_length;
    }
    Frame frame;
    frame.type = *frame_type(bytes[at::type]);
    frame.flags = bytes[at::flags];
    frame.length = load<std::uint16_t>(bytes, at::length);
    frame.key_id = load<std::uint32_t>(bytes, at::key_id);
    frame.nonce.session = load<std::uint64_t>(bytes, at::session);
    frame.nonce.sequence = load<std::uint32_t>(bytes, at::sequence);
    frame.port = Port{load<std::uint16_t>(bytes, at::port)};
    frame.protocol = *frame_protocol(bytes[at::protocol]);
    frame.attempt = bytes[at::attempt];
    frame.client_time = load<std::uint64_t>(bytes, at::client_time);
    frame.cookie = load<std::uint64_t>(bytes, at::cookie);
    const std::uint64_t mask = comes_from_client(frame.type) ? 0 : frame.nonce.session;
    frame.seen_source = load_address(bytes, at::seen_source, mask);
    frame.seen_destination = load_address(bytes, at::seen_destination, mask);
    frame.server_time_us = load<std::uint32_t>(bytes, at::server_time);
    frame.received_ttl = bytes[at::received_ttl];
    frame.received_tos = bytes[at::received_tos];
    frame.received_length = load<std::uint16_t>(bytes, at::received_length);
    frame.session_frames = load<std::uint32_t>(bytes, at::session_frames);
    frame.server_instance = load<std::uint64_t>(bytes, at::server_instance);
    frame.padding_crc = load<std::uint32_t>(bytes, at::padding_crc);
    std::copy_n(bytes.subspan(at::tag).begin(), frame.tag.size(), frame.tag.begin());
    return frame;
}

std::span<const std::uint8_t> padding(std::span<const std::uint8_t> frame) {
    return frame.subspan(frame_header_size);
}

std::optional<QuotedFrame> decode_quote(std::span<const std::uint8_t> payload) {
    constexpr std::size_t quoted_size = at::attempt + 1;
    if (payload.size() < quoted_size || check_begin(payload)) {
        return std::nullopt;
    }
    const auto type = static_cast<FrameType>(payload[at::type]);
    if (type != FrameType::request && type != FrameType::query) {
        return std::nullopt;
    }
    QuotedFrame quoted;
    quoted.type = type;
    quoted.nonce.session = load<std::uint64_t>(payload, at::session);
    quoted.nonce.sequence = load<std::uint32_t>(payload, at::sequence);
    quoted.port = Port{load<std::uint16_t>(payload, at::port)};
    quoted.protocol = *frame_protocol(payload[at::protocol]);
    quoted.attempt = payload[at::attempt];
    return quoted;
}

}  // namespace pt
