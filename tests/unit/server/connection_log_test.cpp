#include "server/connection_log.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

const IpAddress peer = *IpAddress::parse("192.0.2.1");
constexpr TimePoint start{1h};

using Traces = std::set<std::pair<Port, ConnectionTrace>>;

Traces traces_since(const ConnectionLog& log, TimePoint since) {
    Traces traces;
    log.for_each(peer, since, [&](Port port, ConnectionTrace trace, TimePoint) {
        traces.insert({port, trace});
    });
    return traces;
}

TEST(ConnectionLog, TellsOfThePeersConnectionsSinceATime) {
    ConnectionLog log;
    log.note(peer, Port{1}, ConnectionTrace::mute, start);
    log.note(peer, Port{2}, ConnectionTrace::reset, start + 2s);
    log.note(*IpAddress::parse("192.0.2.2"), Port{3}, ConnectionTrace::mute, start + 2s);
    EXPECT_EQ(traces_since(log, start),
              (Traces{{Port{1}, ConnectionTrace::mute}, {Port{2}, ConnectionTrace::reset}}));
    EXPECT_EQ(traces_since(log, start + 1s), (Traces{{Port{2}, ConnectionTrace::reset}}));
}

TEST(ConnectionLog, ManyTriesOnOnePortTakeOnePlace) {
    ConnectionLog log;
    log.note(peer, Port{1}, ConnectionTrace::mute, start);
    for (std::size_t number = 0; number < ConnectionLog::capacity + 10; ++number) {
        log.note(peer, Port{2}, ConnectionTrace::mute, start + 1s);
    }
    EXPECT_EQ(traces_since(log, start).size(), 2U);
    EXPECT_TRUE(log.remembers(start));
}

TEST(ConnectionLog, KeepsTheLatestAndSaysThatItForgot) {
    ConnectionLog log;
    for (std::uint32_t number = 0; number < ConnectionLog::capacity + 10; ++number) {
        EXPECT_EQ(log.remembers(start), number <= ConnectionLog::capacity);
        log.note(peer, Port{static_cast<std::uint16_t>(number)}, ConnectionTrace::mute, start);
    }
    const auto traces = traces_since(log, start);
    EXPECT_EQ(traces.size(), ConnectionLog::capacity);
    EXPECT_FALSE(traces.contains({Port{9}, ConnectionTrace::mute}));
    EXPECT_TRUE(traces.contains({Port{ConnectionLog::capacity + 9}, ConnectionTrace::mute}));
    EXPECT_TRUE(log.remembers(start + 1s));
}

}  // namespace
}  // namespace pt::server
