#include "common/core/inquiry.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "common/core/byte_order.hpp"

namespace pt {
namespace {

/// Offsets within the body.
namespace at {
constexpr std::size_t kind = 0;
constexpr std::size_t protocol = 1;
constexpr std::size_t first = 2;
constexpr std::size_t count = 4;
constexpr std::size_t lead = 6;
constexpr std::size_t rtt = 10;
constexpr std::size_t frames = 14;
constexpr std::size_t duplicates = 18;
constexpr std::size_t altered_padding = 22;
constexpr std::size_t reordered = 26;
constexpr std::size_t ports_without_frame = 30;
constexpr std::size_t early_ports = 34;
constexpr std::size_t values = 38;
}  // namespace at

constexpr std::size_t query_surplus = 1;
static_assert(frame_header_size + at::values + max_inquiry_ports + query_surplus <= max_frame_size);

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
    const bool whole = bytes.size() == (frame.type == FrameType::query ? query_frame_size(count)
                                                                       : answer_frame_size(count));
    if (!kind || !protocol || !possible || !whole) {
        return std::nullopt;
    }
    return Inquiry{*kind,
                   *protocol,
                   Port{first},
                   count,
                   load<std::uint32_t>(body, at::lead),
                   load<std::uint32_t>(body, at::rtt)};
}

std::vector<std::uint8_t> body_of(const Inquiry& inquiry, std::size_t frame_size) {
    std::vector<std::uint8_t> bytes(frame_size);
    const auto body = std::span{bytes}.subspan(frame_header_size);
    store(body, at::kind, static_cast<std::uint8_t>(inquiry.kind));
    store(body, at::protocol, static_cast<std::uint8_t>(inquiry.protocol));
    store(body, at::first, to_number(inquiry.first));
    store(body, at::count, inquiry.count);
    store(body, at::lead, inquiry.lead_ms);
    store(body, at::rtt, inquiry.rtt_us);
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

std::size_t answer_frame_size(std::uint16_t count) {
    return frame_header_size + at::values + count;
}

std::size_t query_frame_size(std::uint16_t count) {
    return answer_frame_size(count) + query_surplus;
}

std::vector<std::uint8_t> encode_query(const Frame& frame, const Inquiry& inquiry) {
    assert(inquiry.count >= 1 && inquiry.count <= max_inquiry_ports);
    return finished(frame, FrameType::query, body_of(inquiry, query_frame_size(inquiry.count)));
}

std::optional<Inquiry> decode_query(const Frame& frame, std::span<const std::uint8_t> bytes) {
    return frame.type == FrameType::query ? read_inquiry(frame, bytes) : std::nullopt;
}

std::vector<std::uint8_t> encode_answer(const Frame& frame, const Inquiry& inquiry,
                                        const SessionCounters& counters,
                                        std::span<const std::uint8_t> values) {
    assert(values.size() == inquiry.count);
    auto bytes = body_of(inquiry, answer_frame_size(inquiry.count));
    const auto body = std::span{bytes}.subspan(frame_header_size);
    store(body, at::frames, counters.frames);
    store(body, at::duplicates, counters.duplicates);
    store(body, at::altered_padding, counters.altered_padding);
    store(body, at::reordered, counters.reordered);
    store(body, at::ports_without_frame, counters.ports_without_frame);
    store(body, at::early_ports, counters.early_ports);
    std::copy(values.begin(), values.end(), body.begin() + static_cast<std::ptrdiff_t>(at::values));
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
    const auto values = body.subspan(at::values);
    InquiryAnswer answer{*inquiry,
                         frame.seen_source.address,
                         frame.seen_destination.address,
                         (frame.flags & exact_record) != 0,
                         (frame.flags & server_stalled) != 0,
                         (frame.flags & counts_others) != 0,
                         {},
                         {values.begin(), values.end()}};
    answer.counters = {load<std::uint32_t>(body, at::frames),
                       load<std::uint32_t>(body, at::duplicates),
                       load<std::uint32_t>(body, at::altered_padding),
                       load<std::uint32_t>(body, at::reordered),
                       load<std::uint32_t>(body, at::ports_without_frame),
                       load<std::uint32_t>(body, at::early_ports)};
    return answer;
}

namespace {

/// In the order of their bits.
constexpr std::array record_bits{
    &PortRecord::listening, &PortRecord::frame, &PortRecord::established, &PortRecord::attempt,
    &PortRecord::reset,     &PortRecord::other, &PortRecord::incomplete,  &PortRecord::deaf};

}  // namespace

std::size_t PortRecord::unfinished_step(std::size_t number) {
    const auto step =
        std::lower_bound(unfinished_steps.begin(), unfinished_steps.end() - 1, number);
    return static_cast<std::size_t>(step - unfinished_steps.begin());
}

std::uint8_t to_value(Protocol protocol, const PortRecord& whole) {
    PortRecord record = whole;
    if (record.frame) {
        record.established = record.late;
    }
    if (record.frame && protocol == Protocol::tcp) {
        const std::size_t step = PortRecord::unfinished_step(whole.unfinished);
        record.attempt = (step & 1U) != 0;
        record.other = (step & 2U) != 0;
        record.incomplete = (step & 4U) != 0;
    }
    if (!record.frame && protocol == Protocol::tcp) {
        if (record.established) {
            record.attempt = record.marked;
        } else {
            record.reset = record.attempt ? record.marked : record.astray;
        }
    }
    unsigned value = 0;
    for (std::size_t bit = 0; bit < record_bits.size(); ++bit) {
        value |= (record.*record_bits[bit] ? 1U : 0U) << bit;
    }
    return static_cast<std::uint8_t>(value);
}

PortRecord to_record(Protocol protocol, std::uint8_t value) {
    PortRecord record;
    for (std::size_t bit = 0; bit < record_bits.size(); ++bit) {
        record.*record_bits[bit] = (unsigned{value} >> bit & 1U) != 0;
    }
    if (record.frame) {
        record.late = std::exchange(record.established, false);
    }
    if (!record.frame && protocol == Protocol::tcp) {
        if (record.established) {
            record.marked = std::exchange(record.attempt, false);
        } else {
            (record.attempt ? record.marked : record.astray) = std::exchange(record.reset, false);
        }
    }
    if (record.frame && protocol == Protocol::tcp) {
        const unsigned step = (std::exchange(record.attempt, false) ? 1U : 0U) |
                              (std::exchange(record.other, false) ? 2U : 0U) |
                              (std::exchange(record.incomplete, false) ? 4U : 0U);
        record.unfinished = PortRecord::unfinished_steps.at(step);
    }
    return record;
}

PortState to_port_state(std::uint8_t value) {
    return value <= static_cast<std::uint8_t>(PortState::deaf) ? static_cast<PortState>(value)
                                                               : PortState::failed;
}

}  // namespace pt
