#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/expected.hpp"

/// The pt frame: one fixed binary layout over TCP and UDP, network byte order. A header of 120
/// bytes; a request carries padding after it, a reply nothing, so that it is always shorter than
/// what caused it; queries and answers carry a body, an answer the shorter one (inquiry.hpp). Bytes
/// from the network become a `Frame` only through `decode`, which checks them all.
namespace pt {

/// The first bytes of every frame. As a DNS message or an NTP packet it would be a response, so
/// stray daemons stay silent.
inline constexpr std::array<std::uint8_t, 3> frame_magic{0x54, 0x50, 0xD0};
inline constexpr std::size_t frame_header_size = 120;
inline constexpr std::size_t min_request_size = 121;
inline constexpr std::size_t default_request_size = 128;
/// The largest frame: what fits into one unfragmented datagram on Ethernet (1500 - 20 - 8).
inline constexpr std::size_t max_frame_size = 1472;
inline constexpr std::uint8_t frame_version = 1;
/// Where the tag is, the last field of the header (common/keys).
inline constexpr std::size_t frame_tag_offset = 104;
inline constexpr std::size_t frame_tag_size = 16;

/// What a client sends and what a server sends differ in at least four bits, so that no single or
/// double fault on the way makes a server answer an answer.
enum class FrameType : std::uint8_t {
    request = 0x35,
    reply = 0xCA,
    query = 0x59,   ///< asks for the journal or the manifest
    answer = 0x9A,  ///< answers a query
};

/// What makes an echo ours: the random session id of a scan of one address, and a sequence unique
/// within the scan.
struct Nonce {
    std::uint64_t session = 0;
    std::uint32_t sequence = 0;
    friend bool operator==(const Nonce&, const Nonce&) = default;
};

/// The header's fields, in wire order. Those from `seen_source` on are filled by the server only.
struct Frame {
    FrameType type = FrameType::request;
    std::uint8_t flags = 0;
    std::uint16_t length = 0;  ///< of the whole frame with padding, in bytes
    std::uint32_t key_id = 0;  ///< 0: no key
    Nonce nonce;
    Port port{};  ///< that the client aimed at
    Protocol protocol = Protocol::tcp;
    std::uint8_t attempt = 0;  ///< 1 for the first
    /// When it was sent: nanoseconds since the client's run began. The server dates the run by it.
    std::uint64_t client_time = 0;
    std::uint64_t cookie = 0;  ///< proof of the source address; 0: none
    /// As the server saw it; XORed on the wire in replies (RFC 8489 14.2). A zone does not travel.
    SocketAddress seen_source;
    SocketAddress seen_destination;
    std::uint32_t server_time_us = 0;  ///< time that the frame spent in the server
    std::uint8_t received_ttl = 0;     ///< TTL or hop limit on arrival; 0: not known
    std::uint8_t received_tos = 0;     ///< TOS or traffic class on arrival
    std::uint16_t received_length = 0;
    std::uint32_t session_frames = 0;   ///< frames of this session seen so far, this one within
    std::uint64_t server_instance = 0;  ///< random per start of the server
    std::uint32_t padding_crc = 0;      ///< CRC32C of the padding: as sent, or as received
    std::array<std::uint8_t, frame_tag_size> tag{};

    friend bool operator==(const Frame&, const Frame&) = default;
};

/// Why bytes are not a whole, valid frame.
enum class FrameError {
    too_short,
    bad_magic,
    bad_version,
    bad_type,
    bad_length,  ///< the length field is out of bounds or is not what was received
    bad_protocol
};

std::string_view to_string(FrameError error);

/// Writes the header of `frame` into the first 120 bytes of `out`, which must hold `frame.length`;
/// touches nothing behind them. The tag is written as it is.
void encode_header(const Frame& frame, std::span<std::uint8_t> out);

/// Fills `padding` with bytes that follow from the nonce alone, so that the client can know an
/// altered one without keeping a copy.
void fill_padding(const Nonce& nonce, std::span<std::uint8_t> padding);

/// A whole request: header, padding from the nonce, and its CRC. `size` is min_request_size to
/// max_frame_size; `frame.length` and `frame.padding_crc` are set here.
std::vector<std::uint8_t> encode_request(Frame frame, std::size_t size = default_request_size);

/// The frame with the fields that `encode_request` sets.
Frame completed(Frame frame, std::size_t size = default_request_size);

/// CRC32C (Castagnoli, RFC 3720 appendix B.4).
std::uint32_t crc32c(std::span<const std::uint8_t> bytes);

/// Judges as many of a frame's first bytes as there are, none to all: what is wrong already, the
/// first in order of the layout. Over a stream the length need not have been received yet.
std::optional<FrameError> check_begin(std::span<const std::uint8_t> bytes);

/// The length field of a frame of which at least the first 8 bytes are there.
std::size_t frame_length(std::span<const std::uint8_t> begin);

/// The type of a frame that `check_begin` finds nothing wrong with, of which at least the first 5
/// bytes are there.
FrameType frame_type_of(std::span<const std::uint8_t> begin);

/// Reads one whole frame: a datagram, or what FrameReader delimited. Allocates nothing. What the
/// layout cannot tell is left to others: whether the padding fits its CRC, whether the echo is
/// ours.
Expected<Frame, FrameError> decode(std::span<const std::uint8_t> bytes);

/// The padding of a whole frame that `decode` has accepted.
std::span<const std::uint8_t> padding(std::span<const std::uint8_t> frame);

/// What an ICMP error's quote still tells of the frame that caused it.
struct QuotedFrame {
    FrameType type = FrameType::request;  ///< or query
    Nonce nonce;
    Port port{};
    Protocol protocol = Protocol::tcp;
    std::uint8_t attempt = 0;
};

/// Reads the quoted payload of a datagram, which may be cut short (RFC 792 guarantees no payload at
/// all, RFC 1812 section 4.3.2.3 as much as fits). Nothing, unless magic, version, the type of a
/// request or a query, and the whole nonce, port, protocol and attempt (bytes 0-27) are there.
std::optional<QuotedFrame> decode_quote(std::span<const std::uint8_t> payload);

}  // namespace pt
