#include "client/scan/query_frames.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint began{1h};
constexpr Port port{443};
const Inquiry tcp{Inquiry::Kind::journal, Protocol::tcp, Port{80}, 2, 5};
const Inquiry udp{Inquiry::Kind::journal, Protocol::udp, Port{53}, 1, 5};
const QueryFrames frames{0xE1, began, 100, {tcp, udp}};

std::vector<std::uint8_t> answer(std::uint64_t session, std::uint32_t sequence,
                                 const Inquiry& inquiry) {
    Frame frame;
    frame.nonce = {session, sequence};
    return encode_answer(frame, inquiry, {}, std::vector<std::uint8_t>(inquiry.count, 1));
}

std::optional<QueryFrames::Answered> read(const std::vector<std::uint8_t>& bytes) {
    return frames.read(*decode(bytes), bytes);
}

TEST(QueryFrames, EachInquiryHasASequenceAndTheRequestTheOneBehind) {
    const auto query = frames.query(1, Protocol::udp, port, began + 2s);
    const Frame first = *decode(query);
    EXPECT_EQ(first.nonce, (Nonce{0xE1, 101}));
    EXPECT_EQ(first.protocol, Protocol::udp);
    EXPECT_EQ(first.port, port);
    EXPECT_EQ(first.client_time, 2'000'000'000U);
    EXPECT_EQ(*decode_query(first, query), udp);
    const Frame request = *decode(frames.request(port, 3, began));
    EXPECT_EQ(request.type, FrameType::request);
    EXPECT_EQ(request.nonce, (Nonce{0xE1, 102}));
    EXPECT_EQ(request.attempt, 3);
    EXPECT_TRUE(frames.has_sequence(101));
    EXPECT_FALSE(frames.has_sequence(102));
    EXPECT_FALSE(frames.has_sequence(99));
}

TEST(QueryFrames, ReadsAnswersToItsOwnInquiriesOnly) {
    const auto told = read(answer(0xE1, 101, udp));
    ASSERT_TRUE(told);
    EXPECT_EQ(told->place, 1U);
    EXPECT_EQ(told->answer.values.size(), 1U);
    EXPECT_FALSE(read(answer(0xE2, 101, udp))) << "of another session";
    EXPECT_FALSE(read(answer(0xE1, 102, udp))) << "of no inquiry";
    EXPECT_FALSE(read(answer(0xE1, 100, udp))) << "to another inquiry";
    EXPECT_FALSE(read(frames.query(1, Protocol::udp, port, began))) << "no answer";
}

}  // namespace
}  // namespace pt::client
