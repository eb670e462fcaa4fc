// What is no whole, valid frame, or not the frame that was sent: every cut, flip and lie.

#include <gtest/gtest.h>

#include <random>
#include <string_view>

#include "common/core/frame.hpp"
#include "tests/unit/common/core/sample_frames.hpp"

namespace pt {
namespace {

using test::encoded_header;
using test::sample_reply;
using test::sample_request;
using Bytes = std::vector<std::uint8_t>;

/// Why the bytes are no frame; nothing if they are one.
std::optional<FrameError> fault(std::span<const std::uint8_t> bytes) {
    const auto decoded = decode(bytes);
    return decoded ? std::nullopt : std::optional{decoded.error()};
}

Bytes with(Bytes bytes, std::size_t at, std::uint8_t value) {
    bytes.at(at) = value;
    return bytes;
}

Bytes with_length(Bytes bytes, std::size_t length) {
    bytes.at(6) = static_cast<std::uint8_t>(length >> 8U);
    bytes.at(7) = static_cast<std::uint8_t>(length);
    return bytes;
}

TEST(Decode, RefusesEveryCut) {
    for (const Bytes& whole : {encode_request(sample_request()), encoded_header(sample_reply())}) {
        for (std::size_t size = 0; size < whole.size(); ++size) {
            EXPECT_EQ(fault(std::span{whole}.first(size)),
                      size < frame_header_size ? FrameError::too_short : FrameError::bad_length)
                << size << " of " << whole.size();
        }
    }
}

TEST(Decode, RefusesTrailingBytes) {
    for (Bytes bytes : {encode_request(sample_request()), encoded_header(sample_reply())}) {
        bytes.push_back(0);
        EXPECT_EQ(fault(bytes), FrameError::bad_length);
    }
}

TEST(Decode, RefusesLengthsThatTheTypeCannotHave) {
    struct {
        FrameType type;
        std::size_t shortest, longest;
    } const bounds[] = {{FrameType::request, 121, 1472},
                        {FrameType::query, 121, 1472},
                        {FrameType::reply, 120, 120},
                        {FrameType::answer, 120, 1472}};
    const Bytes header = encoded_header(sample_reply());
    for (const auto& [type, shortest, longest] : bounds) {
        for (std::size_t length = 0; length <= 65'535; length += length < 2'000 ? 1 : 997) {
            Bytes bytes = with_length(header, length);
            bytes[4] = static_cast<std::uint8_t>(type);
            bytes.resize(std::max(length, header.size()));
            const bool fits = length >= shortest && length <= longest;
            ASSERT_EQ(fault(bytes), fits ? std::nullopt : std::optional{FrameError::bad_length})
                << "type " << static_cast<unsigned>(type) << ", length " << length;
        }
    }
}

TEST(Decode, SaysWhatIsWrongFirst) {
    const Bytes good = encode_request(sample_request());
    EXPECT_EQ(fault({}), FrameError::too_short);
    EXPECT_EQ(fault(with(good, 0, 0)), FrameError::bad_magic);
    EXPECT_EQ(fault(with(good, 1, 0)), FrameError::bad_magic);
    EXPECT_EQ(fault(with(good, 2, 0)), FrameError::bad_magic);
    EXPECT_EQ(fault(with(good, 3, 0)), FrameError::bad_version);
    EXPECT_EQ(fault(with(good, 3, 2)), FrameError::bad_version);
    EXPECT_EQ(fault(with_length(good, 127)), FrameError::bad_length);
    EXPECT_EQ(fault(with_length(good, 129)), FrameError::bad_length);
    EXPECT_EQ(fault(with(with(good, 3, 2), 26, 1)), FrameError::bad_version);
    EXPECT_EQ(fault(Bytes{'G'}), FrameError::bad_magic) << "known from the first byte";
}

TEST(Decode, AcceptsOnlyTheNamedTypesAndProtocols) {
    const Bytes good = encode_request(sample_request());
    for (unsigned value = 0; value < 256; ++value) {
        const auto byte = static_cast<std::uint8_t>(value);
        const auto type_fault = fault(with(good, 4, byte));
        switch (value) {
            case 0x35:
            case 0x59:
            case 0x9A: EXPECT_EQ(type_fault, std::nullopt); break;
            case 0xCA:
                EXPECT_EQ(type_fault, FrameError::bad_length) << "a reply is 120 bytes";
                break;
            default: EXPECT_EQ(type_fault, FrameError::bad_type) << value;
        }
        EXPECT_EQ(fault(with(good, 26, byte)), value == 6 || value == 17
                                                   ? std::nullopt
                                                   : std::optional{FrameError::bad_protocol});
    }
}

TEST(Decode, StaysSilentToForeignProtocols) {
    using std::string_view_literals::operator""sv;
    const std::string_view foreign[] = {
        "GET / HTTP/1.1\r\nHost: example\r\n\r\n"sv,
        "SSH-2.0-OpenSSH_9.2\r\n"sv,
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"sv,  // TLS
        "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07version\x04"
        "bind\x00\x00\x10\x00\x03"sv,                                          // DNS
        "\x23\x00\x06\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv,  // NTP
        "TP"sv,
        "TP\xD0"sv,
    };
    for (const auto text : foreign) {
        EXPECT_TRUE(fault(Bytes(text.begin(), text.end()))) << text;
    }
}

TEST(Decode, StaysSilentToNoise) {
    std::mt19937 random{7};
    std::uniform_int_distribution<unsigned> byte{0, 255};
    for (std::size_t size = 0; size <= 1'600; ++size) {
        Bytes bytes(size);
        for (auto& each : bytes) {
            each = static_cast<std::uint8_t>(byte(random));
        }
        EXPECT_TRUE(fault(bytes));
    }
}

/// A flipped bit must be refused or be seen: in a field that is compared, or in the padding's CRC.
void expect_every_flip_noticed(const Bytes& original) {
    const auto sent = decode(original);
    ASSERT_TRUE(sent);
    for (std::size_t bit = 0; bit < original.size() * 8; ++bit) {
        Bytes flipped = original;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
        const auto received = decode(flipped);
        const std::size_t at = bit / 8;
        const bool fixed = at < 5 || at == 6 || at == 7 || at == 26;
        if (fixed) {
            ASSERT_FALSE(received) << "bit " << bit << " of what is the same in every such frame";
        } else if (at < frame_header_size) {
            ASSERT_TRUE(received) << "bit " << bit;
            ASSERT_NE(*received, *sent) << "bit " << bit << " is in no field";
        } else {
            ASSERT_TRUE(received) << "bit " << bit;
            ASSERT_EQ(*received, *sent);
            ASSERT_NE(crc32c(padding(flipped)), received->padding_crc) << "bit " << bit;
        }
    }
}

TEST(FlippedBits, AreNoticedInARequest) {
    expect_every_flip_noticed(encode_request(sample_request()));
    expect_every_flip_noticed(encode_request(sample_request(), max_frame_size));
}

TEST(FlippedBits, AreNoticedInAReply) { expect_every_flip_noticed(encoded_header(sample_reply())); }

TEST(DecodeQuote, NeedsTheFirst28BytesOfARequest) {
    const Bytes request = encode_request(sample_request());
    for (std::size_t size = 0; size <= request.size(); ++size) {
        EXPECT_EQ(decode_quote(std::span{request}.first(size)).has_value(), size >= 28) << size;
    }
}

TEST(DecodeQuote, IsNothingForWhatNoClientSends) {
    const Bytes request = encode_request(sample_request());
    EXPECT_FALSE(decode_quote(encoded_header(sample_reply())));
    for (const std::size_t at : {0U, 1U, 2U, 3U, 4U, 26U}) {
        EXPECT_FALSE(decode_quote(with(request, at, 0))) << at;
    }
    Frame query = sample_request();
    query.type = FrameType::query;
    ASSERT_TRUE(decode_quote(encode_request(query))) << "a query may be refused as well";
    EXPECT_EQ(decode_quote(encode_request(query))->type, FrameType::query);
}

TEST(DecodeQuote, CarriesEachBitOfTheNonce) {
    const Bytes request = encode_request(sample_request());
    for (std::size_t bit = 12 * 8; bit < 24 * 8; ++bit) {
        Bytes flipped = request;
        flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
        const auto quoted = decode_quote(flipped);
        ASSERT_TRUE(quoted);
        EXPECT_NE(quoted->nonce, sample_request().nonce) << bit;
    }
}

TEST(CheckBegin, PassesEveryBeginningOfAFrame) {
    for (const Bytes& whole : {encode_request(sample_request()), encoded_header(sample_reply())}) {
        for (std::size_t size = 0; size <= whole.size(); ++size) {
            EXPECT_EQ(check_begin(std::span{whole}.first(size)), std::nullopt) << size;
        }
    }
}

TEST(FrameError, IsToldInWords) {
    for (const auto error :
         {FrameError::too_short, FrameError::bad_magic, FrameError::bad_version,
          FrameError::bad_type, FrameError::bad_length, FrameError::bad_protocol}) {
        EXPECT_GT(to_string(error).size(), 1U);
    }
}

}  // namespace
}  // namespace pt
