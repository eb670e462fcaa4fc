#include "server/ports/port_states.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

constexpr TimePoint now{std::chrono::hours{1}};
const IpAddress any_v4{IpAddress::V4Bytes{}};
const IpAddress any_v6;
const IpAddress one = *IpAddress::parse("192.0.2.1");
const IpAddress two = *IpAddress::parse("192.0.2.2");
const IpAddress v6 = *IpAddress::parse("2001:db8::1");

PortState tcp(const PortStates& states, const IpAddress& at, std::uint16_t port) {
    return states.state(at, Protocol::tcp, Port{port}, now);
}

TEST(PortStates, AnUnspecifiedAddressStandsForItsFamily) {
    PortStates states;
    states.set({{Protocol::tcp, any_v4, Port{25}, PortState::in_use, 0},
                {Protocol::tcp, any_v6, Port{25}, PortState::listening, 0}});
    EXPECT_EQ(tcp(states, one, 25), PortState::in_use);
    EXPECT_EQ(tcp(states, v6, 25), PortState::listening);
    EXPECT_EQ(tcp(states, one, 26), PortState::not_asked);
    EXPECT_EQ(states.state(one, Protocol::udp, Port{25}, now), PortState::not_asked);
}

TEST(PortStates, AnotherAddressOfTheFamilyHoldsNothing) {
    PortStates states;
    states.set({{Protocol::tcp, one, Port{80}, PortState::listening, 0}});
    EXPECT_EQ(tcp(states, one, 80), PortState::listening);
    EXPECT_EQ(tcp(states, two, 80), PortState::not_asked);
    EXPECT_EQ(tcp(states, any_v4, 80), PortState::not_asked);
}

TEST(PortStates, OneOfTwoThatListensIsEnough) {
    PortStates states;
    states.set({{Protocol::tcp, any_v4, Port{80}, PortState::listening, 0},
                {Protocol::tcp, one, Port{80}, PortState::in_use, 0},
                {Protocol::tcp, one, Port{81}, PortState::no_permission, 0}});
    EXPECT_EQ(tcp(states, one, 80), PortState::listening);
    EXPECT_EQ(tcp(states, one, 81), PortState::no_permission);
}

TEST(PortStates, AZoneThatIsNotToldStandsForAny) {
    const IpAddress plain = *IpAddress::parse("fe80::1");
    PortStates states;
    states.set({{Protocol::tcp, IpAddress{plain.bytes(), 2}, Port{80}, PortState::listening, 0}});
    EXPECT_EQ(tcp(states, plain, 80), PortState::listening);
    EXPECT_EQ(tcp(states, IpAddress{plain.bytes(), 3}, 80), PortState::not_asked);
}

TEST(PortStates, APortThatWasOpenedLaterIsNotHeldForWhoBeganBefore) {
    PortStates states;
    states.note_opened(Protocol::tcp, Port{80}, now);
    states.set({{Protocol::tcp, one, Port{80}, PortState::listening, 0},
                {Protocol::udp, one, Port{80}, PortState::listening, 0}});
    EXPECT_EQ(tcp(states, one, 80), PortState::not_asked);
    const TimePoint later = now + std::chrono::nanoseconds{1};
    EXPECT_EQ(states.state(one, Protocol::tcp, Port{80}, later), PortState::listening);
    EXPECT_EQ(states.state(one, Protocol::udp, Port{80}, now), PortState::listening);
    EXPECT_TRUE(states.held(one).contains(Protocol::tcp, Port{80}));
}

TEST(PortStates, WhatChangesOutweighsTheTableForItsAddressesAlone) {
    PortStates states;
    states.set({{.protocol = Protocol::tcp,
                 .address = one,
                 .port = Port{1},
                 .state = PortState::listening,
                 .more = 99}});
    PortSet lost;
    lost.insert(Protocol::tcp, Port{8});
    states.set_source(
        [&](Protocol protocol, Port port, TimePoint) {
            return lost.contains(protocol, port) ? std::optional{PortState::in_use} : std::nullopt;
        },
        [&] { return lost; });
    EXPECT_EQ(tcp(states, one, 7), PortState::listening);
    EXPECT_EQ(tcp(states, one, 8), PortState::in_use);
    EXPECT_EQ(tcp(states, two, 8), PortState::not_asked);
    EXPECT_EQ(states.addresses(), std::vector{one});
    EXPECT_EQ(states.held(one).to_string(), "tcp/1-7,9-100");
    EXPECT_EQ(states.held(two).to_string(), "");
}

}  // namespace
}  // namespace pt::server
