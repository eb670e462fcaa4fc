#include "common/core/frame_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "tests/unit/common/core/sample_frames.hpp"

namespace pt {
namespace {

using test::encoded_header;
using test::sample_reply;
using test::sample_request;
using Bytes = std::vector<std::uint8_t>;
using Status = FrameReader::Status;

/// All that a reader made of a stream.
struct Outcome {
    std::vector<Bytes> frames;
    std::optional<FrameError> error;
    std::size_t pending = 0;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// Feeds one piece and takes the frames that it completes; false once the stream is bad.
bool read_piece(FrameReader& reader, std::span<const std::uint8_t> piece, Outcome& outcome) {
    for (;;) {
        piece = piece.subspan(reader.feed(piece));
        switch (reader.next()) {
            case Status::need_more:
                EXPECT_TRUE(piece.empty()) << "a reader that needs more takes all there is";
                return true;
            case Status::frame:
                outcome.frames.emplace_back(reader.bytes().begin(), reader.bytes().end());
                EXPECT_EQ(*decode(reader.bytes()), reader.frame());
                break;
            case Status::bad: outcome.error = reader.error(); return false;
        }
    }
}

/// Reads the stream in pieces that end at `cuts` (rising) and at its end.
Outcome read(std::span<const std::uint8_t> stream, std::vector<std::size_t> cuts) {
    cuts.push_back(stream.size());
    Outcome outcome;
    FrameReader reader;
    std::size_t begin = 0;
    for (const std::size_t end : cuts) {
        if (!read_piece(reader, stream.subspan(begin, end - begin), outcome)) {
            return outcome;
        }
        begin = end;
    }
    outcome.pending = reader.pending();
    return outcome;
}

std::vector<std::size_t> every_byte(std::size_t size) {
    std::vector<std::size_t> cuts;
    for (std::size_t i = 1; i < size; ++i) {
        cuts.push_back(i);
    }
    return cuts;
}

/// A request, a reply, the largest query and the smallest request behind each other.
Bytes mixed_stream() {
    Frame query = sample_request();
    query.type = FrameType::query;
    Bytes stream;
    for (const Bytes& frame :
         {encode_request(sample_request()), encoded_header(sample_reply()),
          encode_request(query, max_frame_size), encode_request(sample_request(), 121)}) {
        stream.insert(stream.end(), frame.begin(), frame.end());
    }
    return stream;
}

TEST(FrameReader, ReadsAWholeFrame) {
    const Bytes request = encode_request(sample_request());
    FrameReader reader;
    EXPECT_EQ(reader.next(), Status::need_more);
    EXPECT_EQ(reader.feed(request), request.size());
    EXPECT_EQ(reader.pending(), request.size());
    ASSERT_EQ(reader.next(), Status::frame);
    EXPECT_EQ(reader.frame().nonce, sample_request().nonce);
    EXPECT_TRUE(std::ranges::equal(reader.bytes(), request));
    EXPECT_EQ(reader.pending(), 0U);
    EXPECT_EQ(reader.next(), Status::need_more) << "a frame is delivered once";
    EXPECT_TRUE(reader.bytes().empty());
    reader.feed(std::span{request}.first(1));
    EXPECT_TRUE(reader.bytes().empty());
}

TEST(FrameReader, TakesNoByteOfTheNextFrameBeforeTheFirstIsTaken) {
    const Bytes stream = mixed_stream();
    FrameReader reader;
    EXPECT_EQ(reader.feed(stream), default_request_size);
    EXPECT_EQ(reader.feed(std::span{stream}.subspan(default_request_size)), 0U);
    EXPECT_EQ(reader.next(), Status::frame);
    EXPECT_EQ(reader.feed(std::span{stream}.subspan(default_request_size)), frame_header_size);
}

TEST(FrameReader, ReadsByteByByte) {
    const Bytes stream = mixed_stream();
    const Outcome whole = read(stream, {});
    ASSERT_EQ(whole.frames.size(), 4U);
    EXPECT_EQ(whole.error, std::nullopt);
    EXPECT_EQ(whole.pending, 0U);
    EXPECT_EQ(read(stream, every_byte(stream.size())), whole);
}

TEST(FrameReader, ReadsTheSameAtEverySplit) {
    const Bytes stream = mixed_stream();
    const Outcome whole = read(stream, {});
    for (std::size_t cut = 1; cut < stream.size(); ++cut) {
        ASSERT_EQ(read(stream, {cut}), whole) << "split at " << cut;
    }
}

TEST(FrameReader, ReadsTheSameAtEveryPairOfSplitsOfTwoFrames) {
    const Bytes stream = [] {
        Bytes bytes = encode_request(sample_request());
        const Bytes reply = encoded_header(sample_reply());
        bytes.insert(bytes.end(), reply.begin(), reply.end());
        return bytes;
    }();
    const Outcome whole = read(stream, {});
    ASSERT_EQ(whole.frames.size(), 2U);
    for (std::size_t first = 1; first < stream.size(); ++first) {
        for (std::size_t second = first + 1; second < stream.size(); second += 3) {
            ASSERT_EQ(read(stream, {first, second}), whole) << first << ", " << second;
        }
    }
}

TEST(FrameReader, HoldsWhatIsNotYetWhole) {
    const Bytes request = encode_request(sample_request());
    for (std::size_t size = 0; size < request.size(); ++size) {
        const Outcome outcome = read(std::span{request}.first(size), {});
        EXPECT_TRUE(outcome.frames.empty());
        EXPECT_EQ(outcome.error, std::nullopt);
        EXPECT_EQ(outcome.pending, size);
    }
}

TEST(FrameReader, NoticesAWrongByteAsSoonAsItIsFed) {
    struct {
        std::size_t at;
        std::uint8_t value;
        FrameError error;
    } const faults[] = {
        {0, 'G', FrameError::bad_magic},   {1, 0, FrameError::bad_magic},
        {2, 0, FrameError::bad_magic},     {3, 9, FrameError::bad_version},
        {4, 0, FrameError::bad_type},      {7, 0, FrameError::bad_length},
        {26, 1, FrameError::bad_protocol},
    };
    for (const auto& [at, value, error] : faults) {
        Bytes bytes = encode_request(sample_request());
        bytes[at] = value;
        FrameReader reader;
        reader.feed(std::span{bytes}.first(at));
        EXPECT_EQ(reader.next(), Status::need_more) << at;
        reader.feed(std::span{bytes}.subspan(at, 1));
        ASSERT_EQ(reader.next(), Status::bad) << at;
        EXPECT_EQ(reader.error(), error) << at;
        EXPECT_EQ(read(bytes, {}), read(bytes, every_byte(bytes.size()))) << at;
    }
}

TEST(FrameReader, ReadsNothingAfterABadByte) {
    FrameReader reader;
    reader.feed(Bytes{'x'});
    EXPECT_EQ(reader.next(), Status::bad);
    EXPECT_EQ(reader.feed(encode_request(sample_request())), 0U);
    EXPECT_EQ(reader.next(), Status::bad);
    EXPECT_EQ(reader.error(), FrameError::bad_magic);
    EXPECT_TRUE(reader.bytes().empty());
}

TEST(FrameReader, KeepsTheFramesBeforeABadByte) {
    Bytes stream = encode_request(sample_request());
    const std::string_view foreign = "GET / HTTP/1.1\r\n\r\n";
    stream.insert(stream.end(), foreign.begin(), foreign.end());
    for (std::size_t cut = 1; cut < stream.size(); ++cut) {
        const Outcome outcome = read(stream, {cut});
        EXPECT_EQ(outcome.frames.size(), 1U) << cut;
        EXPECT_EQ(outcome.error, FrameError::bad_magic) << cut;
    }
}

TEST(FrameReader, IsTheSameForEveryFlippedBitHoweverTheBytesArrive) {
    const Bytes good = encode_request(sample_request(), min_request_size);
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        Bytes stream = good;
        stream[bit / 8] = static_cast<std::uint8_t>(stream[bit / 8] ^ (1U << bit % 8));
        stream.insert(stream.end(), good.begin(), good.end());
        ASSERT_EQ(read(stream, every_byte(stream.size())), read(stream, {})) << "bit " << bit;
    }
}

}  // namespace
}  // namespace pt
