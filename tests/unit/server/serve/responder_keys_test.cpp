// Who is answered where the server has keys, and what only the key's owner can have made.
#include <gtest/gtest.h>

#include <vector>

#include "common/core/inquiry.hpp"
#include "keys/sample_keys.hpp"
#include "server/serve/responder.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using test::sample_key;

constexpr TimePoint now{1h};
const WallTime today{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

PacketInfo arrival() {
    PacketInfo info;
    info.protocol = Protocol::udp;
    info.source = {*IpAddress::parse("192.0.2.1"), Port{40000}};
    info.destination = {*IpAddress::parse("192.0.2.9"), Port{53}};
    return info;
}

Frame request(std::uint32_t sequence = 7, std::uint8_t attempt = 1) {
    Frame frame;
    frame.key_id = sample_key().id;
    frame.nonce = {0x1122334455667788, sequence};
    frame.port = Port{53};
    frame.protocol = Protocol::udp;
    frame.attempt = attempt;
    return frame;
}

std::vector<std::uint8_t> signed_by(const Key& key, std::vector<std::uint8_t> bytes) {
    FrameKey{key}.sign(bytes);
    return bytes;
}

class ResponderWithKeys : public testing::Test {
protected:
    ResponderWithKeys() { responder.use_keys(KeyRing{{sample_key()}, today}); }

    std::optional<Silence> silence(const std::vector<std::uint8_t>& bytes) {
        const auto answer = responder.answer_datagram(bytes, arrival(), now);
        return answer ? std::nullopt : std::optional{answer.error()};
    }

    Responder responder{1, 2};
};

TEST_F(ResponderWithKeys, AnswersWithTheKeyOfTheRequest) {
    const auto answer = responder.answer_datagram(
        signed_by(sample_key(), encode_request(request())), arrival(), now);
    ASSERT_TRUE(answer);
    EXPECT_EQ(decode(*answer)->key_id, sample_key().id);
    EXPECT_TRUE(FrameKey{sample_key()}.is_genuine(*answer));
}

TEST_F(ResponderWithKeys, AnswersNobodyElse) {
    Frame without = request();
    without.key_id = 0;
    EXPECT_EQ(silence(encode_request(without)), Silence::without_key);
    EXPECT_EQ(silence(encode_request(request())), Silence::wrong_tag);
    const Key other = make_key(derive(sample_key().secret, "other"));
    EXPECT_EQ(silence(signed_by(other, encode_request(request()))), Silence::wrong_tag);
    Frame of_other = request();
    of_other.key_id = other.id;
    EXPECT_EQ(silence(signed_by(other, encode_request(of_other))), Silence::unknown_key);
    EXPECT_EQ(responder.archive()->journal().sessions(), 0U) << "nothing of it is recorded";
}

TEST_F(ResponderWithKeys, WithoutKeysNoneIsKnown) {
    Responder plain{1, 2};
    const auto bytes = signed_by(sample_key(), encode_request(request()));
    const auto answer = plain.answer_datagram(bytes, arrival(), now);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error(), Silence::unknown_key);
}

TEST_F(ResponderWithKeys, AKeyIsUsedWhileItIsValid) {
    Key limited = sample_key();
    limited.until = today + 1h;
    responder.use_keys(KeyRing{{limited}, today});
    EXPECT_EQ(silence(signed_by(limited, encode_request(request(1)))), std::nullopt);
    responder.set_wall_time(today + 1h);
    EXPECT_EQ(silence(signed_by(limited, encode_request(request(2)))), Silence::unknown_key);
}

TEST_F(ResponderWithKeys, ACopyOfARequestIsAnsweredAndCountedAlone) {
    const auto bytes = signed_by(sample_key(), encode_request(request(7, 1)));
    EXPECT_EQ(silence(bytes), std::nullopt);
    EXPECT_EQ(silence(bytes), std::nullopt) << "or who is faster than a request would silence it";
    EXPECT_EQ(silence(signed_by(sample_key(), encode_request(request(7, 2)))), std::nullopt);
    const auto counters = responder.archive()->journal().counters(request().nonce.session);
    EXPECT_EQ(counters.frames, 3U);
    EXPECT_EQ(counters.duplicates, 1U);
}

TEST_F(ResponderWithKeys, TellsOfASessionByItsKeyAlone) {
    ASSERT_EQ(silence(signed_by(sample_key(), encode_request(request()))), std::nullopt);
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::udp, Port{53}, 1, 5};
    auto query = encode_query(request(8), inquiry);
    EXPECT_EQ(silence(query), Silence::wrong_tag);
    query = signed_by(sample_key(), query);
    const auto answer = responder.answer_datagram(query, arrival(), now);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(FrameKey{sample_key()}.is_genuine(*answer));
    EXPECT_TRUE(decode_answer(*decode(*answer), *answer));
    query.back() ^= 1U;
    EXPECT_EQ(silence(query), Silence::wrong_tag);
}

}  // namespace
}  // namespace pt::server
