// Queries and answers against bytes of any kind: what is accepted keeps its bounds and is written
// back to the same, and an answer is a byte shorter than its query.

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <vector>

#include "common/core/inquiry.hpp"
#include "tests/fuzz/check.hpp"

namespace pt {
namespace {

using View = std::span<const std::uint8_t>;

void check_bounds(const Inquiry& inquiry, std::size_t size, std::size_t size_for) {
    PT_CHECK(inquiry.count >= 1 && inquiry.count <= max_inquiry_ports);
    PT_CHECK(to_number(inquiry.first) + std::uint32_t{inquiry.count} <= port_count);
    PT_CHECK(size == size_for && size <= max_frame_size);
}

/// What was read is written and read again: the same, and no byte longer or shorter.
void check_written(const Frame& frame, const Inquiry& inquiry, const SessionCounters& counters,
                   View values) {
    const auto query = encode_query(frame, inquiry);
    const auto answer = encode_answer(frame, inquiry, counters, values);
    PT_CHECK(query.size() == answer.size() + 1);
    const auto query_frame = decode(query);
    const auto answer_frame = decode(answer);
    PT_CHECK(query_frame && query_frame->type == FrameType::query);
    PT_CHECK(answer_frame && answer_frame->type == FrameType::answer);
    PT_CHECK(decode_query(*query_frame, query) == inquiry);
    PT_CHECK(!decode_answer(*query_frame, query) && !decode_query(*answer_frame, answer));
    const auto read = decode_answer(*answer_frame, answer);
    PT_CHECK(read && read->inquiry == inquiry && read->counters == counters);
    PT_CHECK(std::ranges::equal(read->values, values));
}

void check_read(View bytes) {
    auto frame = decode(bytes);
    if (!frame) {
        return;
    }
    // Mutation hardly ever hits a checksum; what lies behind it has to be reached all the same.
    frame->padding_crc = crc32c(padding(bytes));
    const auto inquiry = decode_query(*frame, bytes);
    const auto answer = decode_answer(*frame, bytes);
    PT_CHECK(!inquiry || frame->type == FrameType::query);
    PT_CHECK(!answer || frame->type == FrameType::answer);
    if (inquiry) {
        check_bounds(*inquiry, bytes.size(), query_frame_size(inquiry->count));
        const std::vector<std::uint8_t> values(inquiry->count);
        check_written(*frame, *inquiry, {}, values);
    }
    if (answer) {
        check_bounds(answer->inquiry, bytes.size(), answer_frame_size(answer->inquiry.count));
        check_written(*frame, answer->inquiry, answer->counters, answer->values);
        for (const std::uint8_t value : answer->values) {
            PT_CHECK(to_value(answer->inquiry.protocol,
                              to_record(answer->inquiry.protocol, value)) == value);
            PT_CHECK(!to_string(to_port_state(value)).empty());
        }
    }
    frame->padding_crc ^= 1U;
    PT_CHECK(!decode_query(*frame, bytes) && !decode_answer(*frame, bytes));
}

void check_made(FuzzedDataProvider& input) {
    Inquiry inquiry;
    inquiry.kind = input.PickValueInArray({Inquiry::Kind::journal, Inquiry::Kind::manifest});
    inquiry.protocol = input.PickValueInArray({Protocol::tcp, Protocol::udp});
    inquiry.count = input.ConsumeIntegralInRange<std::uint16_t>(1, max_inquiry_ports);
    inquiry.first = Port{input.ConsumeIntegralInRange<std::uint16_t>(
        0, static_cast<std::uint16_t>(port_count - inquiry.count))};
    inquiry.lead_ms = input.ConsumeIntegral<std::uint32_t>();
    inquiry.rtt_us = input.ConsumeIntegral<std::uint32_t>();
    const SessionCounters counters{
        input.ConsumeIntegral<std::uint32_t>(), input.ConsumeIntegral<std::uint32_t>(),
        input.ConsumeIntegral<std::uint32_t>(), input.ConsumeIntegral<std::uint32_t>(),
        input.ConsumeIntegral<std::uint32_t>()};
    auto values = input.ConsumeBytes<std::uint8_t>(inquiry.count);
    values.resize(inquiry.count);
    check_written(Frame{}, inquiry, counters, values);
}

/// A query near the last port, whose first port and count are then overwritten.
void check_lie(FuzzedDataProvider& input) {
    Inquiry inquiry;
    inquiry.first = Port{65535 - 40};
    inquiry.count = input.ConsumeIntegralInRange<std::uint16_t>(1, 40);
    auto bytes = encode_query(Frame{}, inquiry);
    constexpr std::size_t low_byte_of_first = frame_header_size + 3;
    constexpr std::size_t low_byte_of_count = frame_header_size + 5;
    bytes[low_byte_of_first] = input.ConsumeIntegral<std::uint8_t>();
    bytes[low_byte_of_count] = input.ConsumeIntegralInRange<std::uint8_t>(0, 44);
    check_read(bytes);
}

}  // namespace
}  // namespace pt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pt::check_read({data, size});
    FuzzedDataProvider input{data, size};
    pt::check_made(input);
    pt::check_lie(input);
    return 0;
}
