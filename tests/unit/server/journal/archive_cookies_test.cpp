// Cookies: whose session is recorded where very many begin.
#include <gtest/gtest.h>

#include <limits>

#include "archive_fixture.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using namespace test;

PortTable udp_ports() {
    PortTable table;
    for (const Port port : {Port{53}, Port{2000}, Port{2001}, Port{2002}}) {
        table.push_back({Protocol::udp, any_v4, port, PortState::listening, 0});
    }
    return table;
}

/// An archive in which so many sessions have just begun that no more are, unless they prove their
/// address.
class UnderLoad : public Asked {
protected:
    void SetUp() override {
        responder_.archive()->ports().set(udp_ports());
        for (std::uint64_t id = 1; hear_one(id, other_client).session_frames != 0; ++id) {
            ASSERT_LT(id, 100'000U);
        }
    }

    /// The reply to a request over UDP that was sent so long after the beginning of the scan.
    Frame hear_one(std::uint64_t id, const IpAddress& from, std::uint64_t cookie = 0,
                   std::uint16_t port = 53, Nanoseconds sent = {}) {
        Frame frame = header(id);
        frame.port = Port{port};
        frame.cookie = cookie;
        frame.client_time = static_cast<std::uint64_t>(sent.count());
        frame.nonce.sequence = ++sequence_;
        auto arrival = arrival_from(from);
        arrival.destination.port = Port{port};
        const auto reply = responder_.answer_datagram(encode_request(frame), arrival, now + sent);
        return reply ? *decode(*reply) : Frame{};
    }

    PortRecord record_at(std::uint16_t port, Inquiry inquiry = {}) {
        inquiry.kind = Inquiry::Kind::journal;
        inquiry.protocol = Protocol::udp;
        inquiry.first = Port{port};
        inquiry.count = 1;
        const auto answer = ask(inquiry, client, session, now + 3s);
        return answer ? to_record(Protocol::udp, answer->values[0])
                      : PortRecord{.incomplete = true};
    }

    std::uint32_t sequence_ = 0;
};

TEST_F(UnderLoad, WhoHasNoCookieGetsOneAndTheEchoButIsNotRecorded) {
    const Frame echo = hear_one(session, client);
    EXPECT_EQ(echo.type, FrameType::reply);
    EXPECT_EQ(echo.session_frames, 0U);
    EXPECT_NE(echo.cookie, 0U);
    EXPECT_FALSE(ask(journal(Protocol::udp, 53), client)) << "the session is not known";
}

TEST_F(UnderLoad, WhoGivesTheCookieBackIsRecorded) {
    const auto cookie = hear_one(session, client).cookie;
    const Frame echo = hear_one(session, client, cookie);
    EXPECT_EQ(echo.session_frames, 1U);
    EXPECT_EQ(echo.cookie, 0U) << "the address is proved";
    EXPECT_EQ(hear_one(session, client).session_frames, 2U) << "the session is known";
}

TEST_F(UnderLoad, ACookieOfAnotherIsNone) {
    const auto cookie = hear_one(session, other_client).cookie;
    EXPECT_EQ(hear_one(session, client, cookie).session_frames, 0U);
    EXPECT_EQ(hear_one(session + 1, other_client, cookie).session_frames, 0U);
}

TEST_F(UnderLoad, TcpProvesTheAddressToo) {
    hear_on_connection(80);
    const Frame echo = hear_one(session, client);
    EXPECT_EQ(echo.session_frames, 2U);
    EXPECT_EQ(echo.cookie, 0U);
}

TEST_F(UnderLoad, WhatWasNotRecordedIsNotTakenForMissing) {
    const auto cookie = hear_one(session, client, 0, 2000).cookie;
    hear_one(session, client, cookie, 53, 1s);
    const PortRecord record = record_at(2000, {.lead_ms = 10, .rtt_us = 500});
    EXPECT_TRUE(record.other);
    EXPECT_FALSE(record.frame);
    EXPECT_EQ(record_at(2001, {.lead_ms = 10, .rtt_us = 500}), (PortRecord{.listening = true}));
    EXPECT_EQ(record_at(2001, {.lead_ms = 10}), (PortRecord{.listening = true}));
    EXPECT_TRUE(record_at(2001).incomplete) << "no echo came, so the beginning is not known";
}

TEST_F(UnderLoad, TheCookieTellsWhenTheScanBeganThoughTheClientHasSlept) {
    const auto cookie = hear_one(session, client, 0, 2000).cookie;
    // By its own clock a second later.
    Frame frame = header();
    frame.cookie = cookie;
    frame.client_time = 1'000'000'000;
    frame.nonce.sequence = ++sequence_;
    const auto later = now + 3min;
    ASSERT_TRUE(responder_.answer_datagram(encode_request(frame), arrival_from(client), later));
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::udp, Port{2000}, 1, 10, 500};
    const auto answer = ask(inquiry, client, session, later);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(to_record(Protocol::udp, answer->values[0]).other);
}

TEST_F(UnderLoad, TheFirst64FramesOfASessionGetACookie) {
    const TimePoint quiet = now + 10s;
    for (std::uint32_t count = 1; count <= 65; ++count) {
        Frame frame = header();
        frame.nonce.sequence = count;
        const auto reply =
            responder_.answer_datagram(encode_request(frame), arrival_from(client), quiet);
        ASSERT_TRUE(reply);
        EXPECT_EQ(decode(*reply)->session_frames, count);
        EXPECT_EQ(decode(*reply)->cookie != 0, count <= 64) << count;
    }
}

TEST_F(UnderLoad, ACookieThatIsTooOldIsReplaced) {
    const auto cookie = hear_one(session, client).cookie;
    const TimePoint later = now + SourceCookies::lifetime + 1s;
    const auto fill = [&](std::uint64_t id) {
        const auto reply = responder_.answer_datagram(encode_request(header(id)),
                                                      arrival_from(other_client), later);
        return decode(*reply)->session_frames;
    };
    for (std::uint64_t id = 1'000'000; fill(id) != 0; ++id) {
    }
    Frame frame = header();
    frame.cookie = cookie;
    const auto reply =
        responder_.answer_datagram(encode_request(frame), arrival_from(client), later);
    EXPECT_EQ(decode(*reply)->session_frames, 0U);
    EXPECT_NE(decode(*reply)->cookie, cookie);
}

TEST_F(UnderLoad, LaterThereIsRoomAgain) {
    EXPECT_EQ(hear_one(session, client, 0, 53, 1s).session_frames, 1U);
}

TEST_F(Asked, WhatAForgottenSessionBroughtIsNotTakenForMissing) {
    responder_.archive()->ports().set(udp_ports());
    const auto arrive = [&](std::uint16_t port, TimePoint time, Nanoseconds sent) {
        Frame frame = header();
        frame.port = Port{port};
        frame.nonce.sequence = port;
        frame.client_time = static_cast<std::uint64_t>(sent.count());
        auto arrival = arrival_from(client);
        arrival.destination.port = Port{port};
        EXPECT_TRUE(responder_.answer_datagram(encode_request(frame), arrival, time));
    };
    arrive(2000, now + 1s, 1s);
    // Its machine slept: by its own clock, two seconds have passed.
    const TimePoint much_later = now + Journal::max_age + 2s;
    arrive(2001, much_later, 2s);
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::udp, Port{2000}, 3, 10, 500};
    const auto answer = ask(inquiry, client, session, much_later);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->counters.frames, 1U) << "it is known again";
    const auto record = [&](std::size_t place) {
        return to_record(Protocol::udp, answer->values[place]);
    };
    EXPECT_TRUE(record(0).other || record(0).incomplete) << "came, and was forgotten";
    EXPECT_TRUE(record(1).frame);
    EXPECT_TRUE(record(2).incomplete) << "its beginning is not known any more";
}

}  // namespace
}  // namespace pt::server
