// Keys and tags, against values that another implementation calculated (common/README.md).
#include "common/keys/key.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/core/frame.hpp"
#include "common/core/id_text.hpp"
#include "common/core/inquiry.hpp"
#include "common/keys/frame_key.hpp"
#include "common/keys/key_ring.hpp"
#include "keys/hex.hpp"
#include "keys/sample_keys.hpp"

namespace pt {
namespace {

using namespace std::chrono_literals;
using test::hex;
using test::sample_key;

/// The request of the example in common/README.md.
Frame example_request() {
    Frame frame;
    frame.key_id = sample_key().id;
    frame.nonce = {0x1122334455667788, 1};
    frame.port = Port{5300};
    frame.protocol = Protocol::udp;
    frame.attempt = 1;
    frame.client_time = 150'000;
    return frame;
}

/// The reply of the same example.
std::vector<std::uint8_t> example_reply() {
    Frame frame = completed(example_request());
    frame.type = FrameType::reply;
    frame.length = frame_header_size;
    frame.seen_source = {*IpAddress::parse("127.0.0.1"), Port{40'000}};
    frame.seen_destination = {*IpAddress::parse("127.0.0.1"), Port{5300}};
    frame.server_time_us = 61;
    frame.received_ttl = 64;
    frame.received_length = 128;
    frame.session_frames = 1;
    frame.server_instance = 0x2b3e35f5554d7c44;
    std::vector<std::uint8_t> bytes(frame_header_size);
    encode_header(frame, bytes);
    return bytes;
}

std::string tag_of(std::span<const std::uint8_t> frame) {
    return hex(frame.subspan(frame_tag_offset, frame_tag_size));
}

TEST(Key, DerivesAsAnotherImplementationDoes) {
    const Key key = sample_key();
    EXPECT_EQ(key_id_text(key.id), "890c08a0");
    EXPECT_EQ(hex(derive(key.secret, "pt 1 to server").bytes()),
              "717feb0ba5faf58fda4edae93c213147a0639ba91a16ac326a11b39ac4310c62");
    EXPECT_EQ(hex(derive(key.secret, "pt 1 to client").bytes()),
              "572f0938f7e27c9da6b1efcc6339d1bf9dfe5bbbe0fa37efd302b7fe1b872bb5");
}

TEST(Key, IsValidFromOneMomentUntilAnother) {
    Key key = sample_key();
    const WallTime noon{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} + 12h};
    EXPECT_TRUE(key.valid_at(noon));
    key.from = noon;
    key.until = noon + 1h;
    EXPECT_FALSE(key.valid_at(noon - 1s));
    EXPECT_TRUE(key.valid_at(noon));
    EXPECT_TRUE(key.valid_at(noon + 3599s));
    EXPECT_FALSE(key.valid_at(noon + 1h));
}

TEST(Key, NoTwoDrawnSecretsAreAlike) { EXPECT_FALSE(draw_secret() == draw_secret()); }

TEST(FrameKey, TagsAreThoseOfTheTestVectors) {
    const FrameKey key{sample_key()};
    auto request = encode_request(example_request());
    key.sign(request);
    EXPECT_EQ(tag_of(request), "3b7a0902e600aaebf1ab0f502524c387");
    auto reply = example_reply();
    key.sign(reply);
    EXPECT_EQ(tag_of(reply), "71c0ac255c5b710f4ca9ea0fec56ba1d");
}

TEST(FrameKey, TakesNoFrameWithAnyBitChanged) {
    const FrameKey key{sample_key()};
    auto reply = example_reply();
    key.sign(reply);
    ASSERT_TRUE(key.is_genuine(reply));
    for (std::size_t bit = 0; bit < reply.size() * 8; ++bit) {
        auto changed = reply;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        if (decode(changed)) {  // no other bytes are asked about
            EXPECT_FALSE(key.is_genuine(changed)) << "bit " << bit;
        }
    }
}

TEST(FrameKey, TakesNoRecordWithAnyBitChanged) {
    const FrameKey key{sample_key()};
    Frame frame = example_request();
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::udp, Port{5299}, 4, 2, 400};
    auto answer = encode_answer(frame, inquiry, {1, 0, 0, 0, 0, 0},
                                std::vector<std::uint8_t>{0x40, 0x23, 0x40, 0x40});
    key.sign(answer);
    ASSERT_TRUE(key.is_genuine(answer));
    std::size_t judged = 0;
    for (std::size_t bit = frame_header_size * 8; bit < answer.size() * 8; ++bit) {
        auto changed = answer;
        changed[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
        // With the checksum that fits, which anybody can calculate.
        Frame header = *decode(changed);
        header.padding_crc = crc32c(padding(changed));
        encode_header(header, changed);
        if (decode_answer(header, changed)) {
            ++judged;
            EXPECT_FALSE(key.is_genuine(changed)) << "bit " << bit;
        }
    }
    EXPECT_GT(judged, 200U);
}

TEST(FrameKey, APaddingThatWasAlteredStaysAMatterOfItsChecksum) {
    const FrameKey key{sample_key()};
    auto request = encode_request(example_request());
    key.sign(request);
    request.back() ^= 1U;
    EXPECT_TRUE(key.is_genuine(request)) << "the server is to tell that it was altered";
}

TEST(FrameKey, EachDirectionAndEachKeyHasItsOwn) {
    const FrameKey key{sample_key()};
    auto request = encode_request(example_request());
    key.sign(request);
    auto turned = request;
    turned.resize(frame_header_size);
    Frame header = *decode(request);
    header.type = FrameType::reply;
    header.length = frame_header_size;
    encode_header(header, turned);
    EXPECT_FALSE(key.is_genuine(turned)) << "a request sent back is no reply";
    const FrameKey other{make_key(derive(sample_key().secret, "another one"))};
    EXPECT_FALSE(other.is_genuine(request));
}

TEST(KeyRing, FindsValidKeysAlone) {
    Key later = make_key(derive(sample_key().secret, "later"));
    const WallTime noon{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} + 12h};
    later.from = noon;
    KeyRing ring{{sample_key(), later}, noon - 1s};
    EXPECT_FALSE(ring.empty());
    ASSERT_NE(ring.find(sample_key().id), nullptr);
    EXPECT_EQ(ring.find(sample_key().id)->id(), sample_key().id);
    EXPECT_EQ(ring.find(later.id), nullptr);
    ring.set_time(noon);
    EXPECT_NE(ring.find(later.id), nullptr);
    EXPECT_EQ(ring.find(0), nullptr);
}

TEST(KeyRing, AClientTakesTheFirstValidKey) {
    Key earlier = make_key(derive(sample_key().secret, "earlier"));
    const WallTime noon{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1} + 12h};
    earlier.until = noon;
    const std::vector<Key> keys{earlier, sample_key()};
    EXPECT_EQ(first_valid(keys, noon - 1s), &keys[0]);
    EXPECT_EQ(first_valid(keys, noon), &keys[1]);
    EXPECT_EQ(first_valid({earlier}, noon), nullptr);
}

}  // namespace
}  // namespace pt
