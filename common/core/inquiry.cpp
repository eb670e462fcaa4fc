#include "common/core/inquiry.hpp"

#include <algorithm>
#include <cassert>

#include "common/core/byte_order.hpp"

namespace pt {
namespace {

/// Offsets within the body.
namespace at {
constexpr std::size_t kind = 0;
constexpr std::size_t protocol = 1;
constexpr std::size_t first = 2;
constexpr std::size_t count = 4;
constexpr std::size_t run_age = 6;
constexpr std::size_t frames = 8;
constexpr std::size_t duplicates = 12;
constexpr std::size_t altered_padding = 16;
constexpr std::size_t reordered = 20;
constexpr std::size_t values = 24;
}  // namespace at

constexpr unsigned value_bits = 4;
constexpr std::uint8_t value_mask = 0x0F;

static_assert(frame_header_size + at::values + max_inquiry_ports / 2 <= max_frame_size);

std::optional<Inquiry::Kind> inquiry_kind(std::uint8_t byte) {
    switch (const auto kind = static_cast<Inquiry::Kind>(byte)) {
        case Inquiry::Kind::journal:
        case Inquiry::Kind::manifest: return kind;
    }
    return std::nullopt;
}

std::optional<Protocol> inquiry_protocol(std::uint8_t byte) {
    switch (const auto protocol = static_cast<Protocol>(byte)) {
        case Protocol::tcp:
        case Protocol::udp: return protocol;
    }
    return std::nullopt;
}

/// What queries and answers share: the frame is whole and intact, and asks for a possible stretch.
std::optional<Inquiry> read_inquiry(const Frame& frame, std::span<const std::uint8_t> bytes) {
    const auto body = padding(bytes);
    if (body.size() < at::values || crc32c(body) != frame.padding_crc) {
        return std::nullopt;
    }
    const auto kind = inquiry_kind(body[at::kind]);
    const auto protocol = inquiry_protocol(body[at::protocol]);
    const auto first = load<std::uint16_t>(body, at::first);
    const auto count = load<std::uint16_t>(body, at::count);
    const bool possible = count >= 1 && count <= max_inquiry_ports && first + count <= port_count;
    if (!kind || !protocol || !possible || bytes.size() != inquiry_frame_size(count)) {
        return std::nullopt;
    }
    return Inquiry{*kind, *protocol, Port{first}, count, load<std::uint16_t>(body, at::run_age)};
}

std::vector<std::uint8_t> body_of(const Inquiry& inquiry) {
    std::vector<std::uint8_t> bytes(inquiry_frame_size(inquiry.count));
    const auto body = std::span{bytes}.subspan(frame_header_size);
    store(body, at::kind, static_cast<std::uint8_t>(inquiry.kind));
    store(body, at::protocol, static_cast<std::uint8_t>(inquiry.protocol));
    store(body, at::first, to_number(inquiry.first));
    store(body, at::count, inquiry.count);
    store(body, at::run_age, inquiry.run_age_s);
    return bytes;
}

std::vector<std::uint8_t> finished(Frame frame, FrameType type, std::vector<std::uint8_t> bytes) {
    frame.type = type;
    frame.length = static_cast<std::uint16_t>(bytes.size());
    frame.padding_crc = crc32c(std::span{bytes}.subspan(frame_header_size));
    encode_header(frame, bytes);
    return bytes;
}

}  // namespace

std::size_t inquiry_frame_size(std::uint16_t count) {
    return frame_header_size + at::values + (std::size_t{count} + 1) / 2;
}

std::vector<std::uint8_t> encode_query(const Frame& frame, const Inquiry& inquiry) {
    assert(inquiry.count >= 1 && inquiry.count <= max_inquiry_ports);
    return finished(frame, FrameType::query, body_of(inquiry));
}

std::optional<Inquiry> decode_query(const Frame& frame, std::span<const std::uint8_t> bytes) {
    return frame.type == FrameType::query ? read_inquiry(frame, bytes) : std::nullopt;
}

std::vector<std::uint8_t> encode_answer(const Frame& frame, const Inquiry& inquiry,
                                        const SessionCounters& counters,
                                        std::span<const std::uint8_t> values) {
    assert(values.size() == inquiry.count);
    auto bytes = body_of(inquiry);
    const auto body = std::span{bytes}.subspan(frame_header_size);
    store(body, at::frames, counters.frames);
    store(body, at::duplicates, counters.duplicates);
    store(body, at::altered_padding, counters.altered_padding);
    store(body, at::reordered, counters.reordered);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const unsigned shift = i % 2 == 0 ? value_bits : 0;
        body[at::values + i / 2] |= static_cast<std::uint8_t>((values[i] & value_mask) << shift);
    }
    return finished(frame, FrameType::answer, std::move(bytes));
}

std::optional<InquiryAnswer> decode_answer(const Frame& frame,
                                           std::span<const std::uint8_t> bytes) {
    const auto inquiry =
        frame.type == FrameType::answer ? read_inquiry(frame, bytes) : std::nullopt;
    if (!inquiry) {
        return std::nullopt;
    }
    const auto body = padding(bytes);
    InquiryAnswer answer{*inquiry,
                         frame.seen_source.address,
                         (frame.flags & handshakes_known) != 0,
                         {},
                         std::vector<std::uint8_t>(inquiry->count)};
    answer.counters = {
        load<std::uint32_t>(body, at::frames), load<std::uint32_t>(body, at::duplicates),
        load<std::uint32_t>(body, at::altered_padding), load<std::uint32_t>(body, at::reordered)};
    for (std::size_t i = 0; i < answer.values.size(); ++i) {
        const unsigned shift = i % 2 == 0 ? value_bits : 0;
        answer.values[i] = (body[at::values + i / 2] >> shift) & value_mask;
    }
    return answer;
}

namespace {

constexpr std::uint8_t listening_bit = 1;
constexpr std::uint8_t frame_bit = 2;
constexpr std::uint8_t handshake_bit = 4;
constexpr std::uint8_t reset_or_half_open_bit = 8;

}  // namespace

std::uint8_t to_value(const PortRecord& record) {
    const bool reached = record.frame || record.handshake;
    return static_cast<std::uint8_t>(
        (record.listening ? listening_bit : 0) | (record.frame ? frame_bit : 0) |
        (record.handshake ? handshake_bit : 0) |
        ((reached ? record.reset : record.half_open) ? reset_or_half_open_bit : 0));
}

PortRecord to_record(std::uint8_t value) {
    PortRecord record;
    record.listening = (value & listening_bit) != 0;
    record.frame = (value & frame_bit) != 0;
    record.handshake = (value & handshake_bit) != 0;
    const bool reached = record.frame || record.handshake;
    ((reached ? record.reset : record.half_open)) = (value & reset_or_half_open_bit) != 0;
    return record;
}

PortState to_port_state(std::uint8_t value) {
    return value <= static_cast<std::uint8_t>(PortState::failed) ? static_cast<PortState>(value)
                                                                 : PortState::failed;
}

}  // namespace pt
