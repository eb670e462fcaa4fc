#include "common/core/frame.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <set>
#include <string>

#include "tests/unit/common/core/sample_frames.hpp"

namespace pt {
namespace {

using test::encoded_header;
using test::sample_reply;
using test::sample_request;
using Bytes = std::vector<std::uint8_t>;

/// The bytes `first` to `last`, as the layout's table counts them, in hexadecimal.
std::string hex(const Bytes& bytes, std::size_t first, std::size_t last) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (std::size_t i = first; i <= last; ++i) {
        text += digits[bytes.at(i) >> 4U];
        text += digits[bytes.at(i) & 0xFU];
    }
    return text;
}

TEST(FrameLayout, OfARequest) {
    const Bytes bytes = encode_request(sample_request());
    ASSERT_EQ(bytes.size(), 128U);
    EXPECT_EQ(hex(bytes, 0, 2), "5450d0") << "magic";
    EXPECT_EQ(hex(bytes, 3, 3), "01") << "version";
    EXPECT_EQ(hex(bytes, 4, 4), "35") << "type";
    EXPECT_EQ(hex(bytes, 5, 5), "81") << "flags";
    EXPECT_EQ(hex(bytes, 6, 7), "0080") << "length";
    EXPECT_EQ(hex(bytes, 8, 11), "11121314") << "key id";
    EXPECT_EQ(hex(bytes, 12, 19), "2122232425262728") << "session";
    EXPECT_EQ(hex(bytes, 20, 23), "31323334") << "sequence";
    EXPECT_EQ(hex(bytes, 24, 25), "01bb") << "port";
    EXPECT_EQ(hex(bytes, 26, 26), "11") << "protocol";
    EXPECT_EQ(hex(bytes, 27, 27), "03") << "attempt";
    EXPECT_EQ(hex(bytes, 28, 35), "4142434445464748") << "client's time";
    EXPECT_EQ(hex(bytes, 36, 43), "5152535455565758") << "cookie";
    EXPECT_EQ(hex(bytes, 44, 99), std::string(112, '0')) << "the server's fields";
    EXPECT_EQ(hex(bytes, 104, 119), "606162636465666768696a6b6c6d6e6f") << "tag";

    const auto decoded = decode(bytes);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(crc32c(padding(bytes)), decoded->padding_crc);
    EXPECT_EQ(padding(bytes).size(), 8U);
}

TEST(FrameLayout, OfAReply) {
    const Bytes bytes = encoded_header(sample_reply());
    ASSERT_EQ(bytes.size(), 120U);
    EXPECT_EQ(hex(bytes, 4, 4), "ca") << "type";
    EXPECT_EQ(hex(bytes, 6, 7), "0078") << "length";
    // Addresses are XORed with the session id 21 22 23 24 25 26 27 28, over and over.
    EXPECT_EQ(hex(bytes, 44, 61), "21222324252627282122dcdbee265621bd63") << "seen source";
    EXPECT_EQ(hex(bytes, 62, 79), "01232e9c25262728212223242526272f01d9") << "seen destination";
    EXPECT_EQ(hex(bytes, 80, 83), "71727374") << "server time";
    EXPECT_EQ(hex(bytes, 84, 84), "3d") << "received TTL";
    EXPECT_EQ(hex(bytes, 85, 85), "2e") << "received TOS";
    EXPECT_EQ(hex(bytes, 86, 87), "0080") << "received length";
    EXPECT_EQ(hex(bytes, 88, 91), "81828384") << "frames of the session";
    EXPECT_EQ(hex(bytes, 92, 99), "9192939495969798") << "server instance";
    EXPECT_EQ(hex(bytes, 100, 103), "a1a2a3a4") << "CRC of the padding";
    EXPECT_TRUE(padding(bytes).empty());
}

TEST(FrameLayout, TheNonceSurvivesInTheQuoteOfAnIcmpError) {
    // Its bytes must lie early: RFC 1812 promises only what fits.
    const Bytes bytes = encode_request(sample_request());
    const auto quoted = decode_quote(std::span{bytes}.first(28));
    ASSERT_TRUE(quoted);
    EXPECT_EQ(quoted->nonce, sample_request().nonce);
    EXPECT_EQ(quoted->port, Port{443});
    EXPECT_EQ(quoted->protocol, Protocol::udp);
    EXPECT_EQ(quoted->attempt, 3);
}

TEST(Frame, DecodesToWhatWasEncoded) {
    for (Frame frame : {sample_request(), sample_reply(), Frame{}}) {
        for (const auto type :
             {FrameType::request, FrameType::reply, FrameType::query, FrameType::answer}) {
            const bool padded = type == FrameType::request || type == FrameType::query;
            frame.type = type;
            frame.length = padded ? default_request_size : frame_header_size;
            if (padded) {  // what a client sends tells no addresses that a NAT could rewrite
                frame.seen_source = {};
                frame.seen_destination = {};
            }
            const auto decoded = decode(encoded_header(frame));
            ASSERT_TRUE(decoded) << to_string(decoded.error());
            EXPECT_EQ(*decoded, frame);
        }
    }
}

TEST(Frame, EncodesNothingBehindTheHeader) {
    Frame frame = sample_request();
    frame.length = 128;
    Bytes bytes(128, 0xEE);
    encode_header(frame, bytes);
    EXPECT_TRUE(std::all_of(bytes.begin() + 120, bytes.end(), [](auto b) { return b == 0xEE; }));
}

TEST(Frame, AReplyIsShorterThanAnyRequest) {
    EXPECT_LT(frame_header_size, min_request_size);
    EXPECT_LT(min_request_size, default_request_size + 1);
    EXPECT_EQ(encode_request(sample_request(), min_request_size).size(), 121U);
}

TEST(Frame, RequestsOfEverySizeAreWhole) {
    for (std::size_t size = min_request_size; size <= max_frame_size; ++size) {
        const Bytes bytes = encode_request(sample_request(), size);
        ASSERT_EQ(bytes.size(), size);
        const auto decoded = decode(bytes);
        ASSERT_TRUE(decoded) << size;
        EXPECT_EQ(decoded->length, size);
        EXPECT_EQ(decoded->padding_crc, crc32c(padding(bytes)));
    }
}

TEST(Frame, TypesOfClientAndServerAreFarApart) {
    for (const auto sent : {FrameType::request, FrameType::query}) {
        for (const auto answered : {FrameType::reply, FrameType::answer}) {
            const auto difference = static_cast<unsigned>(sent) ^ static_cast<unsigned>(answered);
            EXPECT_GE(std::popcount(difference), 4);
        }
    }
}

TEST(Padding, FollowsFromTheNonceAlone) {
    const auto made = [](std::uint64_t session, std::uint32_t sequence) {
        Bytes bytes(64);
        fill_padding({session, sequence}, bytes);
        return bytes;
    };
    EXPECT_EQ(made(1, 2), made(1, 2));
    EXPECT_NE(made(1, 2), made(1, 3));
    EXPECT_NE(made(1, 2), made(2, 2));
    EXPECT_NE(made(1, 2), made(2, 1));
    const Bytes some = made(0, 0);
    EXPECT_GT((std::set<std::uint8_t>{some.begin(), some.end()}.size()), 32U) << "looks random";
    // The seed must not be the generator's fixed point for any nonce.
    const Bytes zeroing = made(0x9E3779B97F4A7C15, 0);
    EXPECT_TRUE(std::any_of(zeroing.begin(), zeroing.end(), [](auto b) { return b != 0; }));
}

TEST(Crc32c, HasTheKnownValues) {
    // "123456789" is the catalogue's check value; the rest are RFC 3720 appendix B.4.
    const std::string_view check = "123456789";
    EXPECT_EQ(crc32c(Bytes(check.begin(), check.end())), 0xE3069283U);
    EXPECT_EQ(crc32c({}), 0U);
    EXPECT_EQ(crc32c(Bytes(32, 0x00)), 0x8A9136AAU);
    EXPECT_EQ(crc32c(Bytes(32, 0xFF)), 0x62A8AB43U);
    Bytes rising(32);
    for (std::size_t i = 0; i < rising.size(); ++i) {
        rising[i] = static_cast<std::uint8_t>(i);
    }
    EXPECT_EQ(crc32c(rising), 0x46DD794EU);
}

}  // namespace
}  // namespace pt
