#include "server/mute_log.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

const IpAddress peer = *IpAddress::parse("192.0.2.1");
constexpr TimePoint start{1h};

std::set<Port> ports_since(const MuteLog& log, TimePoint since) {
    std::set<Port> ports;
    log.for_each(peer, since, [&](Port port) { ports.insert(port); });
    return ports;
}

TEST(MuteLog, TellsOfThePeersConnectionsSinceATime) {
    MuteLog log;
    log.note(peer, Port{1}, start);
    log.note(peer, Port{2}, start + 2s);
    log.note(*IpAddress::parse("192.0.2.2"), Port{3}, start + 2s);
    EXPECT_EQ(ports_since(log, start), (std::set{Port{1}, Port{2}}));
    EXPECT_EQ(ports_since(log, start + 1s), std::set{Port{2}});
}

TEST(MuteLog, KeepsTheLatestOnes) {
    MuteLog log;
    for (std::uint32_t number = 0; number < MuteLog::capacity + 10; ++number) {
        log.note(peer, Port{static_cast<std::uint16_t>(number)}, start);
    }
    const auto ports = ports_since(log, start);
    EXPECT_EQ(ports.size(), MuteLog::capacity);
    EXPECT_FALSE(ports.contains(Port{9}));
    EXPECT_TRUE(ports.contains(Port{MuteLog::capacity + 9}));
}

}  // namespace
}  // namespace pt::server
