#include "server/archive.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

#include "server/responder.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint now{1h};
constexpr std::uint64_t session = 0x1122334455667788;

const IpAddress client = *IpAddress::parse("192.0.2.1");
const IpAddress other_client = *IpAddress::parse("192.0.2.2");

Arrival arrival_from(const IpAddress& address, Protocol protocol = Protocol::udp) {
    Arrival arrival;
    arrival.protocol = protocol;
    arrival.source = {address, Port{40000}};
    arrival.destination = {*IpAddress::parse("192.0.2.9"), Port{53}};
    return arrival;
}

Frame header(std::uint64_t id = session) {
    Frame frame;
    frame.protocol = Protocol::udp;
    frame.nonce = {id, 1};
    frame.port = Port{53};
    frame.attempt = 1;
    return frame;
}

const IpAddress any_v4{IpAddress::V4Bytes{}};

/// A responder that holds tcp/80 and udp/53, was refused tcp/25, and has heard the session on
/// udp/53.
class Asked : public testing::Test {
protected:
    Asked() {
        responder_.archive()->set_ports(
            {{Protocol::tcp, any_v4, Port{25}, PortState::in_use, 0},
             {Protocol::tcp, client, Port{80}, PortState::no_permission, 0},
             {Protocol::tcp, any_v4, Port{80}, PortState::listening, 0},
             {Protocol::udp, any_v4, Port{53}, PortState::listening, 0}});
        EXPECT_TRUE(
            responder_.answer_datagram(encode_request(header()), arrival_from(client), now));
    }

    std::optional<InquiryAnswer> ask(const Inquiry& inquiry, const IpAddress& from,
                                     std::uint64_t id = session, TimePoint time = now) {
        const auto query = encode_query(header(id), inquiry);
        const auto bytes = responder_.answer_datagram(query, arrival_from(from), time);
        if (!bytes) {
            EXPECT_EQ(bytes.error(), Silence::refused_query);
            return std::nullopt;
        }
        EXPECT_EQ(bytes->size(), query.size());
        return decode_answer(*decode(*bytes), *bytes);
    }
    /// The run began 5 seconds before its first frame, or less.
    PortRecord record(Protocol protocol, Port port, const IpAddress& from, TimePoint time = now) {
        const auto answer =
            ask({Inquiry::Kind::journal, protocol, port, 1, 5000}, from, session, time);
        return answer ? to_record(answer->values[0]) : PortRecord{};
    }
    void note(Port port, ConnectionTrace trace, TimePoint time) {
        responder_.archive()->connections().note(client, port, trace, time);
    }

    Responder responder_{0x5EED, 42};
};

TEST_F(Asked, TellsWhichPortsItHoldsAndWhyNotTheOthers) {
    const auto answer = ask({Inquiry::Kind::manifest, Protocol::tcp, Port{20}, 100, 0}, client);
    ASSERT_TRUE(answer);
    EXPECT_EQ(to_port_state(answer->values[5]), PortState::in_use);
    EXPECT_EQ(to_port_state(answer->values[60]), PortState::listening) << "one address is enough";
    EXPECT_EQ(to_port_state(answer->values[61]), PortState::not_asked);
}

TEST_F(Asked, AnAddressOfTheOtherFamilyHoldsNothingForTheAsker) {
    responder_.archive()->set_ports(
        {{Protocol::tcp, any_v4, Port{25}, PortState::in_use, 0},
         {Protocol::tcp, IpAddress{}, Port{25}, PortState::listening, 0}});
    const auto answer = ask({Inquiry::Kind::manifest, Protocol::tcp, Port{25}, 1, 0}, client);
    ASSERT_TRUE(answer);
    EXPECT_EQ(to_port_state(answer->values[0]), PortState::in_use);
    EXPECT_TRUE(responder_.archive()->is_held(Protocol::tcp, Port{25}, now));
}

TEST_F(Asked, TellsWhatArrivedForEachProtocolApart) {
    EXPECT_EQ(record(Protocol::udp, Port{53}, client), (PortRecord{true, true, false, false}));
    EXPECT_EQ(record(Protocol::tcp, Port{53}, client), (PortRecord{}));
    EXPECT_EQ(record(Protocol::tcp, Port{80}, client), (PortRecord{true, false, false, false}));
}

TEST_F(Asked, TellsOfMuteConnectionsOnlyTheAddressThatTheyCameFrom) {
    note(Port{80}, ConnectionTrace::mute, now + 2s);
    EXPECT_TRUE(record(Protocol::tcp, Port{80}, client).handshake);
    EXPECT_FALSE(record(Protocol::tcp, Port{80}, other_client).handshake);
    EXPECT_FALSE(record(Protocol::udp, Port{80}, client).handshake);
}

TEST_F(Asked, AnEarlierRunsConnectionsAreNotThisOnes) {
    note(Port{80}, ConnectionTrace::mute, now - 6s);
    note(Port{81}, ConnectionTrace::half_open, now - 6s);
    note(Port{82}, ConnectionTrace::half_open, now - 10min);
    EXPECT_EQ(record(Protocol::tcp, Port{80}, client), (PortRecord{.listening = true}));
    EXPECT_EQ(record(Protocol::tcp, Port{81}, client), (PortRecord{.earlier = true}));
    EXPECT_EQ(record(Protocol::tcp, Port{82}, client), (PortRecord{}));
}

TEST_F(Asked, WhatMayBeAnEarlierRunsIsUncertain) {
    note(Port{80}, ConnectionTrace::mute, now - 1s);
    note(Port{81}, ConnectionTrace::half_open, now - 4s);
    responder_.archive()->connections().note(client, Port{82}, ConnectionTrace::half_open,
                                             TimeSpan{now - 60s, now + 1s});
    for (std::uint16_t number = 80; number <= 82; ++number) {
        EXPECT_TRUE(record(Protocol::tcp, Port{number}, client).uncertain);
    }
}

/// The session's first frame says by its own time when the run began.
TEST_F(Asked, ALongRunsFirstHandshakesAreItsOwn) {
    Frame frame = header(77);
    frame.client_time = static_cast<std::uint64_t>(std::chrono::nanoseconds{100s}.count());
    EXPECT_TRUE(responder_.answer_datagram(encode_request(frame), arrival_from(client), now));
    note(Port{80}, ConnectionTrace::half_open, now - 100s);
    note(Port{81}, ConnectionTrace::half_open, now - 101s);
    for (const TimePoint asked : {now, now + 5min}) {  // however late it asks
        const auto answer =
            ask({Inquiry::Kind::journal, Protocol::tcp, Port{80}, 2, 100'001}, client, 77, asked);
        ASSERT_TRUE(answer);
        EXPECT_TRUE(to_record(answer->values[0]).half_open);
        EXPECT_TRUE(to_record(answer->values[1]).earlier);
    }
}

TEST_F(Asked, TellsOfResetsOnlyWhereAConnectionCame) {
    note(Port{80}, ConnectionTrace::reset, now + 2s);
    EXPECT_FALSE(record(Protocol::tcp, Port{80}, client).reset);
    note(Port{80}, ConnectionTrace::mute, now + 2s);
    EXPECT_TRUE(record(Protocol::tcp, Port{80}, client).reset);
    EXPECT_FALSE(record(Protocol::tcp, Port{80}, other_client).reset);
}

/// Finds a half-open handshake on tcp/80 whenever it looks; knows what it is told to know.
class OneHalfOpen : public HalfOpenSource {
public:
    void look(Reason reason, TimePoint time, ConnectionLog& log) override {
        if (reason == Reason::question) {
            log.note(client, Port{80}, ConnectionTrace::half_open, time);
        }
        reasons_.push_back(reason);
    }
    bool knows_all(TimePoint since, TimePoint until) const override {
        return since >= known_since_ && until <= known_until_;
    }

    std::vector<Reason> reasons_;
    TimePoint known_since_{};
    TimePoint known_until_ = TimePoint::max();
};

TEST_F(Asked, LooksForHalfOpenHandshakesAndSaysWhetherAllAreKnown) {
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::tcp, Port{80}, 1, 5000};
    EXPECT_FALSE(ask(inquiry, client)->handshakes_known);
    auto source = std::make_unique<OneHalfOpen>();
    auto& eye = *source;
    responder_.archive()->set_handshake_sources({}, std::move(source));
    EXPECT_TRUE(ask(inquiry, client)->handshakes_known);
    EXPECT_TRUE(record(Protocol::tcp, Port{80}, client).half_open);
    EXPECT_FALSE(record(Protocol::tcp, Port{80}, other_client).half_open);
    eye.known_since_ = now - 5s;
    EXPECT_FALSE(ask(inquiry, client)->handshakes_known) << "its run may have begun before";
    eye.known_since_ = now - 6s;
    EXPECT_TRUE(ask(inquiry, client, session, now + 3s)->handshakes_known);
    eye.known_until_ = now + 2s;
    EXPECT_FALSE(ask(inquiry, client, session, now + 3s)->handshakes_known) << "the look is stale";
    const Inquiry of_udp{Inquiry::Kind::journal, Protocol::udp, Port{80}, 1, 5000};
    EXPECT_TRUE(ask(of_udp, client)->handshakes_known);
}

TEST_F(Asked, LooksAreIdleWhileNobodyIsThereToAsk) {
    using Reason = HalfOpenSource::Reason;
    auto source = std::make_unique<OneHalfOpen>();
    const auto& eye = *source;
    responder_.archive()->set_handshake_sources({}, std::move(source));
    responder_.archive()->look(Reason::routine, now);
    responder_.archive()->look(Reason::new_session, now);
    responder_.archive()->look(Reason::routine, now + 1h);
    EXPECT_EQ(eye.reasons_, (std::vector{Reason::routine, Reason::new_session, Reason::idle}));
}

TEST_F(Asked, SaysThatTheServerStoodStillSinceTheRunBegan) {
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::udp, Port{53}, 1, 5000};
    const auto stand_still = [&](TimePoint from, TimePoint to) {
        responder_.archive()->stalls().turn(0, from, 250ms);
        responder_.archive()->stalls().turn(0, to, 250ms);
    };
    stand_still(now - 9s, now - 6s);
    responder_.archive()->stalls().end(0);
    EXPECT_FALSE(ask(inquiry, client)->server_stalled);
    stand_still(now - 6s, now - 3s);
    EXPECT_TRUE(ask(inquiry, client)->server_stalled);
}

TEST_F(Asked, AnUnknownSessionIsToldNothingNotEvenTheManifest) {
    EXPECT_FALSE(ask({Inquiry::Kind::journal, Protocol::udp, Port{53}, 1, 5}, client, session + 1));
    EXPECT_FALSE(
        ask({Inquiry::Kind::manifest, Protocol::udp, Port{53}, 1, 0}, client, session + 1));
}

/// The only refusal there is: no byte at all. A million guesses, cut and flipped queries.
TEST_F(Asked, EveryWrongQueryMeetsTheSameSilence) {
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::udp, Port{53}, 16, 5};
    const auto honest = encode_query(header(), inquiry);
    std::minstd_rand random{7};
    for (int guess = 0; guess < 1'000'000; ++guess) {
        auto query = honest;
        switch (guess % 3) {
            case 0:
                query[12 + random() % 8] ^= static_cast<std::uint8_t>(1 + random() % 255);
                break;
            case 1: query.resize(random() % query.size()); break;
            case 2:
                query[frame_header_size + random() % (query.size() - frame_header_size)] ^=
                    static_cast<std::uint8_t>(1U << (random() % 8));
                break;
        }
        ASSERT_FALSE(responder_.answer_datagram(query, arrival_from(client), now)) << guess;
    }
    EXPECT_TRUE(responder_.answer_datagram(honest, arrival_from(client), now));
}

}  // namespace
}  // namespace pt::server
