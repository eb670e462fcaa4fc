#include "server/archive.hpp"

#include <gtest/gtest.h>

#include <random>

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
                                     std::uint64_t id = session) {
        const auto query = encode_query(header(id), inquiry);
        const auto bytes = responder_.answer_datagram(query, arrival_from(from), now);
        if (!bytes) {
            EXPECT_EQ(bytes.error(), Silence::refused_query);
            return std::nullopt;
        }
        EXPECT_EQ(bytes->size(), query.size());
        return decode_answer(*decode(*bytes), *bytes);
    }
    PortRecord record(Protocol protocol, Port port, const IpAddress& from) {
        const auto answer = ask({Inquiry::Kind::journal, protocol, port, 1, 5}, from);
        return answer ? to_record(answer->values[0]) : PortRecord{};
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
    responder_.archive()->connections().note(client, Port{80}, ConnectionTrace::mute, now - 2s);
    EXPECT_TRUE(record(Protocol::tcp, Port{80}, client).handshake);
    EXPECT_FALSE(record(Protocol::tcp, Port{80}, other_client).handshake);
    EXPECT_FALSE(record(Protocol::udp, Port{80}, client).handshake);
}

TEST_F(Asked, AnEarlierRunsConnectionsAreNotThisOnes) {
    responder_.archive()->connections().note(client, Port{80}, ConnectionTrace::mute, now - 6s);
    EXPECT_FALSE(record(Protocol::tcp, Port{80}, client).handshake);
}

TEST_F(Asked, TellsOfResetsOnlyWhereAConnectionCame) {
    auto& connections = responder_.archive()->connections();
    connections.note(client, Port{80}, ConnectionTrace::reset, now - 2s);
    EXPECT_FALSE(record(Protocol::tcp, Port{80}, client).reset);
    connections.note(client, Port{80}, ConnectionTrace::mute, now - 2s);
    EXPECT_TRUE(record(Protocol::tcp, Port{80}, client).reset);
    EXPECT_FALSE(record(Protocol::tcp, Port{80}, other_client).reset);
}

TEST_F(Asked, SaysWhetherHalfOpenHandshakesAreKnown) {
    const Inquiry inquiry{Inquiry::Kind::journal, Protocol::tcp, Port{80}, 1, 5};
    EXPECT_FALSE(ask(inquiry, client)->handshakes_known);
    responder_.archive()->set_handshake_sources(
        {}, [](const IpAddress& peer, TimePoint, const std::function<void(Port)>& take) {
            if (peer == client) {
                take(Port{80});
            }
            return true;
        });
    EXPECT_TRUE(ask(inquiry, client)->handshakes_known);
    EXPECT_TRUE(record(Protocol::tcp, Port{80}, client).half_open);
    EXPECT_FALSE(record(Protocol::tcp, Port{80}, other_client).half_open);
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
