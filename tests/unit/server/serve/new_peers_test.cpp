// The log lines about new peers: each pair once, not too many at once, in fixed memory.
#include "server/serve/new_peers.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using Novelty = NewPeers::Novelty;

constexpr TimePoint start{1h};
const IpAddress peer = *IpAddress::parse("192.0.2.1");

IpAddress numbered(std::uint32_t number) {
    return IpAddress{IpAddress::V4Bytes{10, static_cast<std::uint8_t>(number >> 16U),
                                        static_cast<std::uint8_t>(number >> 8U),
                                        static_cast<std::uint8_t>(number)}};
}

TEST(NewPeersTest, AnAddressIsNewOnceOnEachPortOfEachProtocol) {
    NewPeers peers{1};
    EXPECT_EQ(peers.note(Protocol::tcp, Port{53}, peer, start), Novelty::to_log);
    EXPECT_EQ(peers.note(Protocol::udp, Port{53}, peer, start), Novelty::to_log);
    EXPECT_EQ(peers.note(Protocol::tcp, Port{54}, peer, start), Novelty::to_log);
    EXPECT_EQ(peers.note(Protocol::tcp, Port{53}, numbered(1), start), Novelty::to_log);
    EXPECT_EQ(peers.note(Protocol::tcp, Port{53}, peer, start + 1h), Novelty::known);
    EXPECT_EQ(peers.note(Protocol::udp, Port{53}, peer, start + 1h), Novelty::known);
}

TEST(NewPeersTest, LinesPerSecondAreBoundedAndTheRestIsCounted) {
    NewPeers peers{1};
    std::uint32_t number = 0;
    for (unsigned i = 0; i < NewPeers::lines_per_second; ++i) {
        EXPECT_EQ(peers.note(Protocol::tcp, Port{1}, numbered(++number), start), Novelty::to_log);
    }
    for (int i = 0; i < 30; ++i) {
        EXPECT_EQ(peers.note(Protocol::tcp, Port{1}, numbered(++number), start),
                  Novelty::held_back);
    }
    EXPECT_EQ(peers.take_held_back(start + 999ms), 0U);
    // Until those have been told of, newer ones are held back too.
    EXPECT_EQ(peers.note(Protocol::tcp, Port{1}, numbered(++number), start + 1s),
              Novelty::held_back);
    EXPECT_EQ(peers.take_held_back(start + 1s), 31U);
    EXPECT_EQ(peers.take_held_back(start + 2s), 0U);
    EXPECT_EQ(peers.note(Protocol::tcp, Port{1}, numbered(++number), start + 2s), Novelty::to_log);
}

TEST(NewPeersTest, AMillionAddressesLeaveItAtItsSize) {
    NewPeers peers{1};
    int known = 0;
    for (std::uint32_t i = 0; i < 1'000'000; ++i) {
        known += peers.note(Protocol::udp, Port{1}, numbered(i), start) == Novelty::known ? 1 : 0;
    }
    EXPECT_EQ(known, 0);
    EXPECT_EQ(peers.note(Protocol::udp, Port{1}, numbered(999'999), start), Novelty::known);
    EXPECT_EQ(peers.note(Protocol::udp, Port{1}, numbered(0), start), Novelty::held_back);
}

}  // namespace
}  // namespace pt::server
