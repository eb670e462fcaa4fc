// Who is answered, and what an echo says.
#include "server/serve/responder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint now{1h};
constexpr std::uint64_t instance = 0xA1A2A3A4A5A6A7A8;

SocketAddress at(const char* address, std::uint16_t port) {
    return {*IpAddress::parse(address), Port{port}};
}

PacketInfo good_arrival() {
    PacketInfo arrival;
    arrival.protocol = Protocol::udp;
    arrival.source = at("192.0.2.1", 40000);
    arrival.destination = at("192.0.2.9", 53);
    arrival.ttl = 61;
    arrival.tos = 0x2E;
    arrival.in_server = 1234567ns;
    return arrival;
}

Frame good_frame() {
    Frame frame;
    frame.nonce = {0x1122334455667788, 7};
    frame.port = Port{53};
    frame.protocol = Protocol::udp;
    frame.attempt = 3;
    frame.client_time = 42;
    frame.cookie = 43;
    frame.flags = 44;
    return frame;
}

std::optional<Silence> silence_for(const PacketInfo& arrival) {
    Responder responder{instance, 1};
    const auto answer = responder.answer_datagram(encode_request(good_frame()), arrival, now);
    return answer ? std::nullopt : std::optional{answer.error()};
}

TEST(ResponderTest, AnEchoCopiesTheRequestAndTellsWhatWasSeen) {
    Responder responder{instance, 1};
    const auto request = encode_request(good_frame(), 200);
    const auto answer = responder.answer_datagram(request, good_arrival(), now);
    ASSERT_TRUE(answer);
    Frame wanted = *decode(request);
    wanted.type = FrameType::reply;
    wanted.flags = 0;
    wanted.length = frame_header_size;
    wanted.cookie = 0;
    wanted.seen_source = good_arrival().source;
    wanted.seen_destination = good_arrival().destination;
    wanted.server_time_us = 1234;
    wanted.received_ttl = 61;
    wanted.received_tos = 0x2E;
    wanted.received_length = 200;
    wanted.session_frames = 1;
    wanted.server_instance = instance;
    EXPECT_EQ(*decode(*answer), wanted);
}

TEST(ResponderTest, TheTimeInTheServerIsClamped) {
    for (const auto& [time, told] :
         {std::pair{-5ns, 0U}, std::pair{std::chrono::nanoseconds{100h}, 0xFFFFFFFFU}}) {
        Responder responder{instance, 1};
        auto arrival = good_arrival();
        arrival.in_server = time;
        const auto answer = responder.answer_datagram(encode_request(good_frame()), arrival, now);
        ASSERT_TRUE(answer);
        EXPECT_EQ(decode(*answer)->server_time_us, told);
    }
}

TEST(ResponderTest, FramesAreCountedForEachSession) {
    Responder responder{instance, 1};
    auto other = good_frame();
    other.nonce.session = 5;
    for (std::uint32_t i = 1; i <= 3; ++i) {
        for (const auto& frame : {good_frame(), other}) {
            auto request = frame;
            request.nonce.sequence = i;
            const auto answer =
                responder.answer_datagram(encode_request(request), good_arrival(), now);
            ASSERT_TRUE(answer);
            EXPECT_EQ(decode(*answer)->session_frames, i);
        }
    }
}

TEST(ResponderTest, HostileAddressesGetNothing) {
    struct Case {
        const char* name;
        void (*spoil)(PacketInfo&);
        Silence silence;
    };
    const std::vector<Case> cases{
        {"truncated", [](PacketInfo& a) { a.truncated = true; }, Silence::truncated},
        {"source port 0", [](PacketInfo& a) { a.source.port = Port{0}; },
         Silence::source_port_zero},
        {"unspecified v4", [](PacketInfo& a) { a.source = at("0.0.0.0", 9); },
         Silence::source_not_unicast},
        {"unspecified v6", [](PacketInfo& a) { a.source = at("::", 9); },
         Silence::source_not_unicast},
        {"limited broadcast", [](PacketInfo& a) { a.source = at("255.255.255.255", 9); },
         Silence::source_not_unicast},
        {"this network", [](PacketInfo& a) { a.source = at("0.1.2.3", 9); },
         Silence::source_not_unicast},
        {"reserved", [](PacketInfo& a) { a.source = at("240.0.0.1", 9); },
         Silence::source_not_unicast},
        {"multicast v4", [](PacketInfo& a) { a.source = at("224.0.0.1", 9); },
         Silence::source_not_unicast},
        {"multicast v6", [](PacketInfo& a) { a.source = at("ff02::1", 9); },
         Silence::source_not_unicast},
        {"sent to broadcast", [](PacketInfo& a) { a.not_unicast = true; },
         Silence::destination_not_unicast},
        {"sent to multicast v4", [](PacketInfo& a) { a.destination = at("239.1.2.3", 53); },
         Silence::destination_not_unicast},
        {"sent to multicast v6", [](PacketInfo& a) { a.destination = at("ff0e::1", 53); },
         Silence::destination_not_unicast},
        {"own address and port", [](PacketInfo& a) { a.source = a.destination; },
         Silence::own_address}};
    for (const auto& one : cases) {
        auto arrival = good_arrival();
        one.spoil(arrival);
        EXPECT_EQ(silence_for(arrival), one.silence) << one.name;
    }
}

TEST(ResponderTest, OwnAddressWithAnotherPortIsAnOrdinaryPeer) {
    auto arrival = good_arrival();
    arrival.source = {arrival.destination.address, Port{54}};
    EXPECT_EQ(silence_for(arrival), std::nullopt);
}

TEST(ResponderTest, OnlyRequestsAndQueriesOfThisProtocolWithoutAKeyAreAnswered) {
    Responder responder{instance, 1};
    const auto silence = [&](const Frame& frame) {
        const std::vector<std::uint8_t> bytes(frame.length);
        const auto answer = responder.answer_frame(frame, bytes, good_arrival(), now);
        return answer ? std::nullopt : std::optional{answer.error()};
    };
    auto frame = *decode(encode_request(good_frame()));
    EXPECT_EQ(silence(frame), std::nullopt);
    frame.key_id = 1;
    EXPECT_EQ(silence(frame), Silence::unknown_key);
    frame.key_id = 0;
    frame.protocol = Protocol::tcp;
    EXPECT_EQ(silence(frame), Silence::wrong_protocol);
    frame.protocol = Protocol::udp;
    for (const auto type : {FrameType::reply, FrameType::answer}) {
        frame.type = type;
        EXPECT_EQ(silence(frame), Silence::not_a_request);
    }
}

TEST(ResponderTest, TellsAnEchoFromTheAnswerToAQuery) {
    Responder responder{instance, 1};
    const Inquiry manifest{.kind = Inquiry::Kind::manifest, .first = Port{1}, .count = 16};
    ASSERT_TRUE(responder.answer_datagram(encode_request(good_frame()), good_arrival(), now));
    EXPECT_FALSE(responder.answered_query());
    ASSERT_TRUE(
        responder.answer_datagram(encode_query(good_frame(), manifest), good_arrival(), now));
    EXPECT_TRUE(responder.answered_query());
    ASSERT_TRUE(responder.answer_datagram(encode_request(good_frame()), good_arrival(), now));
    EXPECT_FALSE(responder.answered_query());
}

TEST(ResponderTest, WhatItSaysItNeverAnswers) {
    Responder responder{instance, 1};
    Responder other{instance + 1, 2};
    const auto answer =
        responder.answer_datagram(encode_request(good_frame()), good_arrival(), now);
    ASSERT_TRUE(answer);
    const std::vector<std::uint8_t> reply{answer->begin(), answer->end()};
    auto back = good_arrival();
    std::swap(back.source, back.destination);
    for (auto* one : {&responder, &other}) {
        for (const auto& way : {good_arrival(), back}) {
            const auto again = one->answer_datagram(reply, way, now);
            ASSERT_FALSE(again);
            EXPECT_EQ(again.error(), Silence::not_a_request);
        }
    }
}

TEST(ResponderTest, EverySilenceHasWordsOfItsOwn) {
    std::vector<std::string> words;
    for (const auto silence : all_silences) {
        words.emplace_back(to_string(silence));
    }
    std::sort(words.begin(), words.end());
    EXPECT_EQ(std::adjacent_find(words.begin(), words.end()), words.end());
    EXPECT_EQ(std::count(words.begin(), words.end(), "?"), 0);
}

}  // namespace
}  // namespace pt::server
