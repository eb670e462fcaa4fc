#include "server/journal/archive.hpp"

#include <gtest/gtest.h>

#include <random>

#include "archive_fixture.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using namespace test;

TEST_F(Asked, TellsWhichPortsItHoldsAndWhyNotTheOthers) {
    const auto answer = ask({Inquiry::Kind::manifest, Protocol::tcp, Port{20}, 100, 0}, client);
    ASSERT_TRUE(answer);
    EXPECT_EQ(to_port_state(answer->values[5]), PortState::in_use);
    EXPECT_EQ(to_port_state(answer->values[60]), PortState::listening);
    EXPECT_EQ(to_port_state(answer->values[66]), PortState::not_asked);
    EXPECT_TRUE(answer->exact_record);
    EXPECT_EQ(answer->asked_at, here);
}

TEST_F(Asked, AnAnswerIsAboutTheAddressThatWasAsked) {
    responder_.archive()->ports().set({{Protocol::tcp, here, Port{80}, PortState::listening, 0},
                                       {Protocol::tcp, also_here, Port{80}, PortState::in_use, 0}});
    const Inquiry manifest{Inquiry::Kind::manifest, Protocol::tcp, Port{80}, 1, 0};
    const auto state = [&](const IpAddress& at) {
        return to_port_state(ask(manifest, client, session, now, at)->values[0]);
    };
    EXPECT_EQ(state(here), PortState::listening);
    EXPECT_EQ(state(also_here), PortState::in_use);
    EXPECT_EQ(state(*IpAddress::parse("192.0.2.11")), PortState::not_asked);
    syn(80, client, now + 1s, also_here);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .other = true}));
}

TEST_F(Asked, TellsWhatArrivedForEachProtocolApart) {
    EXPECT_TRUE(record(Protocol::udp, 53).frame);
    EXPECT_FALSE(record(Protocol::tcp, 53).frame);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true}));
}

TEST_F(Asked, OfAPortThatIsNotHeldOnlyTheAskersOwnIsTold) {
    EXPECT_EQ(record(Protocol::tcp, 25), (PortRecord{.incomplete = true}));
    syn(25, other_client, now + 1s);
    EXPECT_EQ(record(Protocol::tcp, 25), (PortRecord{.incomplete = true}));
    syn(25, client, now + 1s);
    EXPECT_EQ(record(Protocol::tcp, 25), (PortRecord{.attempt = true, .incomplete = true}));
}

TEST_F(Asked, TellsAttemptsOfTheSessionsSourcesAndThatOthersCame) {
    syn(80, client, now + 1s);
    syn(81, other_client, now + 1s);
    syn(82, client, now - 1s);
    syn(83, client, now - 6s);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .attempt = true}));
    EXPECT_EQ(record(Protocol::tcp, 81), (PortRecord{.listening = true, .other = true}));
    EXPECT_EQ(record(Protocol::tcp, 82), (PortRecord{.listening = true, .other = true}))
        << "before the scan, or in it";
    EXPECT_EQ(record(Protocol::tcp, 83), (PortRecord{.listening = true}));
    EXPECT_EQ(record(Protocol::tcp, 81, other_client).attempt, true)
        << "the session has been seen from there now";
}

TEST_F(Asked, TellsConnectionsWithoutData) {
    const auto note = [&](std::uint16_t port, const IpAddress& from) {
        const SourceKey source = key(from);
        responder_.archive()->record().tcp().note_established(Port{port}, source, now + 2s);
    };
    note(80, client);
    note(81, other_client);
    const SourceKey ours = key(client);
    responder_.archive()->record().tcp().note_reset(Port{80}, ours, now + 2s);
    EXPECT_EQ(record(Protocol::tcp, 80),
              (PortRecord{.listening = true, .established = true, .reset = true}));
    EXPECT_EQ(record(Protocol::tcp, 81), (PortRecord{.listening = true, .other = true}));
    EXPECT_FALSE(record(Protocol::udp, 80).established);
}

TEST_F(Asked, WhoAsksTooOftenIsToldThatTheRecordIsIncomplete) {
    for (std::uint64_t id = 1000; id < 1100; ++id) {
        hear(id, other_client);
        ask(journal(Protocol::tcp, 80), other_client, id);
    }
    EXPECT_TRUE(record(Protocol::tcp, 80).incomplete);
    EXPECT_FALSE(record(Protocol::udp, 53).incomplete);
    EXPECT_FALSE(record(Protocol::tcp, 80, client, now + 3s).incomplete);
}

TEST_F(Asked, ADeafPortIsToldSo) {
    responder_.archive()->record().deaf().note_failing(Protocol::tcp, {any_v4, Port{80}});
    const auto manifest = ask({Inquiry::Kind::manifest, Protocol::tcp, Port{80}, 2, 0}, client);
    EXPECT_EQ(to_port_state(manifest->values[0]), PortState::deaf);
    EXPECT_EQ(to_port_state(manifest->values[1]), PortState::listening);
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .deaf = true}));
}

TEST_F(Asked, SaysThatTheServerStalledSinceTheScanBegan) {
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::udp, Port{53}, 1, 5000};
    const auto stall = [&](TimePoint from, TimePoint to) {
        responder_.archive()->stalls().turn(0, from, 250ms);
        responder_.archive()->stalls().turn(0, to, 250ms);
    };
    stall(now - 9s, now - 6s);
    responder_.archive()->stalls().end(0);
    EXPECT_FALSE(ask(inquiry, client)->server_stalled);
    stall(now - 6s, now - 3s);
    EXPECT_TRUE(ask(inquiry, client)->server_stalled);
}

TEST_F(Asked, AnUnknownSessionIsToldNothingNotEvenTheManifest) {
    EXPECT_FALSE(ask({Inquiry::Kind::journal, Protocol::udp, Port{53}, 1, 5}, client, session + 1));
    EXPECT_FALSE(
        ask({Inquiry::Kind::manifest, Protocol::udp, Port{53}, 1, 0}, client, session + 1));
}

/// Queries are dear: whoever sends many takes nothing from those who send requests, and one who
/// forges addresses takes nothing from those who ask over TCP.
TEST_F(Asked, AnswersABoundedNumberOfQueries) {
    const auto answered = [&](Protocol over, TimePoint time) {
        const auto query = encode_query(header(), journal(Protocol::udp, 53));
        int count = 0;
        for (int i = 0; i < 3000; ++i) {
            auto archive = responder_.archive();
            auto arrival = arrival_from(client, over);
            count += archive->answer(*decode(query), query, header(), arrival, time) ? 1 : 0;
        }
        return count;
    };
    EXPECT_EQ(answered(Protocol::udp, now), 1024);
    EXPECT_EQ(answered(Protocol::tcp, now), 1024);
    EXPECT_EQ(answered(Protocol::udp, now + 100ms), 200);
}

/// The only refusal there is: no byte at all.
TEST_F(Asked, AMillionGuessedCutAndFlippedQueriesMeetTheSameSilence) {
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
