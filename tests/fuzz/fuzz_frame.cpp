// The frame codec against bytes of any kind: what is accepted is written back byte for byte, a
// stream reads the same however it is split, and what our own side writes is always read.

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "common/core/frame.hpp"
#include "common/core/frame_reader.hpp"
#include "tests/fuzz/check.hpp"

namespace pt {
namespace {

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

void check_decode(View bytes) {
    const auto frame = decode(bytes);
    if (!frame) {
        return;
    }
    PT_CHECK(frame->length == bytes.size());
    PT_CHECK(check_begin(bytes) == std::nullopt);
    Bytes written(bytes.begin(), bytes.end());
    std::fill_n(written.begin(), frame_header_size, std::uint8_t{0});
    encode_header(*frame, written);
    PT_CHECK(std::ranges::equal(written, bytes));
}

void check_quote(View bytes) {
    const auto quoted = decode_quote(bytes);
    const auto frame = decode(bytes);
    if (frame && frame->type == FrameType::request) {
        PT_CHECK(quoted && quoted->nonce == frame->nonce && quoted->port == frame->port);
        PT_CHECK(quoted->protocol == frame->protocol && quoted->attempt == frame->attempt);
    }
    if (quoted) {
        constexpr std::size_t nonce_end = 28;
        PT_CHECK(bytes.size() >= nonce_end);
        const auto cut = decode_quote(bytes.first(nonce_end));
        PT_CHECK(cut && cut->nonce == quoted->nonce);
        PT_CHECK(!decode_quote(bytes.first(nonce_end - 1)));
    }
}

/// All that a reader made of a stream.
struct Outcome {
    std::vector<Bytes> frames;
    std::optional<FrameError> error;
    std::size_t pending = 0;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Feeds one piece and takes the frames that it completes; false once the stream is bad.
bool read_piece(FrameReader& reader, View piece, Outcome& outcome) {
    for (;;) {
        piece = piece.subspan(reader.feed(piece));
        switch (reader.next()) {
            case FrameReader::Status::need_more: PT_CHECK(piece.empty()); return true;
            case FrameReader::Status::frame: {
                const auto frame = decode(reader.bytes());
                PT_CHECK(frame && *frame == reader.frame());
                outcome.frames.emplace_back(reader.bytes().begin(), reader.bytes().end());
                break;
            }
            case FrameReader::Status::bad:
                PT_CHECK(reader.feed(piece) == 0);
                outcome.error = reader.error();
                return false;
        }
    }
}

/// Reads the stream in pieces of these sizes, in turn.
Outcome read(View stream, const std::vector<std::size_t>& sizes) {
    Outcome outcome;
    FrameReader reader;
    for (std::size_t i = 0; !stream.empty(); ++i) {
        const auto piece = stream.first(std::min(sizes[i % sizes.size()], stream.size()));
        stream = stream.subspan(piece.size());
        if (!read_piece(reader, piece, outcome)) {
            return outcome;
        }
    }
    outcome.pending = reader.pending();
    return outcome;
}

void check_reader(View stream, const std::vector<std::size_t>& sizes) {
    const Outcome whole = read(stream, {std::max<std::size_t>(stream.size(), 1)});
    PT_CHECK(read(stream, sizes) == whole);

    std::size_t read_bytes = whole.pending;
    for (const Bytes& frame : whole.frames) {
        read_bytes += frame.size();
    }
    PT_CHECK(whole.error ? read_bytes <= stream.size() : read_bytes == stream.size());
    if (decode(stream)) {
        PT_CHECK(whole.frames.size() == 1 && std::ranges::equal(whole.frames.front(), stream));
    }
}

SocketAddress consume_address(FuzzedDataProvider& input) {
    IpAddress::Bytes address{};
    input.ConsumeData(address.data(), address.size());
    return {IpAddress{address}, Port{input.ConsumeIntegral<std::uint16_t>()}};
}

Frame consume_frame(FuzzedDataProvider& input) {
    Frame frame;
    frame.type = input.PickValueInArray(
        {FrameType::request, FrameType::reply, FrameType::query, FrameType::answer});
    frame.flags = input.ConsumeIntegral<std::uint8_t>();
    frame.key_id = input.ConsumeIntegral<std::uint32_t>();
    frame.nonce.session = input.ConsumeIntegral<std::uint64_t>();
    frame.nonce.sequence = input.ConsumeIntegral<std::uint32_t>();
    frame.port = Port{input.ConsumeIntegral<std::uint16_t>()};
    frame.protocol = input.PickValueInArray({Protocol::tcp, Protocol::udp});
    frame.attempt = input.ConsumeIntegral<std::uint8_t>();
    frame.client_time = input.ConsumeIntegral<std::uint64_t>();
    frame.cookie = input.ConsumeIntegral<std::uint64_t>();
    frame.server_time_us = input.ConsumeIntegral<std::uint32_t>();
    frame.received_ttl = input.ConsumeIntegral<std::uint8_t>();
    frame.received_tos = input.ConsumeIntegral<std::uint8_t>();
    frame.received_length = input.ConsumeIntegral<std::uint16_t>();
    frame.session_frames = input.ConsumeIntegral<std::uint32_t>();
    frame.server_instance = input.ConsumeIntegral<std::uint64_t>();
    frame.padding_crc = input.ConsumeIntegral<std::uint32_t>();
    input.ConsumeData(frame.tag.data(), frame.tag.size());
    return frame;
}

void check_encode(Frame frame, std::size_t size, const SocketAddress& source,
                  const SocketAddress& destination) {
    if (frame.type == FrameType::request || frame.type == FrameType::query) {
        const Bytes bytes = encode_request(frame, size);
        const auto decoded = decode(bytes);
        PT_CHECK(bytes.size() == size && decoded);
        PT_CHECK(decoded->padding_crc == crc32c(padding(bytes)));
        frame.length = static_cast<std::uint16_t>(size);
        frame.padding_crc = decoded->padding_crc;
        PT_CHECK(*decoded == frame);
        return;
    }
    frame.length = frame_header_size;
    frame.seen_source = source;
    frame.seen_destination = destination;
    Bytes bytes(frame_header_size);
    encode_header(frame, bytes);
    const auto decoded = decode(bytes);
    PT_CHECK(decoded && *decoded == frame);
}

}  // namespace
}  // namespace pt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pt;
    // Numbers are taken from the input's end, so that an input begins with the stream as it is.
    FuzzedDataProvider input{data, size};
    std::vector<std::size_t> sizes(input.ConsumeIntegralInRange<std::size_t>(1, 6));
    for (auto& each : sizes) {
        each = input.ConsumeIntegralInRange<std::size_t>(1, 160);
    }
    const auto request_size =
        input.ConsumeIntegralInRange<std::size_t>(min_request_size, max_frame_size);
    check_decode({data, size});
    check_quote({data, size});
    check_reader({data, size}, sizes);
    const SocketAddress source = consume_address(input);
    const SocketAddress destination = consume_address(input);
    check_encode(consume_frame(input), request_size, source, destination);
    return 0;
}
