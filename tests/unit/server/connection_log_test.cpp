#include "server/connection_log.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

const IpAddress peer = *IpAddress::parse("192.0.2.1");
constexpr TimePoint start{1h};

using Traces = std::set<std::pair<Port, ConnectionTrace>>;

/// Of which it is certain that they are as young.
Traces traces_since(const ConnectionLog& log, TimePoint since, Port first = Port{0},
                    Port last = Port{65535}) {
    Traces traces;
    log.for_each(peer, first, last, [&](Port port, ConnectionTrace trace, const TimeSpan& time) {
        if (time.earliest >= since) {
            traces.insert({port, trace});
        }
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

TEST(ConnectionLog, TellsOfAStretchOfPortsOnly) {
    ConnectionLog log;
    for (std::uint16_t number = 1; number <= 4; ++number) {
        log.note(peer, Port{number}, ConnectionTrace::mute, start);
    }
    EXPECT_EQ(traces_since(log, start, Port{2}, Port{3}),
              (Traces{{Port{2}, ConnectionTrace::mute}, {Port{3}, ConnectionTrace::mute}}));
    EXPECT_EQ(traces_since(log, start, Port{4}).size(), 1U);
}

TEST(ConnectionLog, KeepsTheLatestOfEitherBound) {
    ConnectionLog log;
    log.note(peer, Port{1}, ConnectionTrace::half_open, TimeSpan{start + 1s, start + 2s});
    log.note(peer, Port{1}, ConnectionTrace::half_open, TimeSpan{start, start + 3s});
    log.note(peer, Port{1}, ConnectionTrace::half_open, TimeSpan{start, start});
    log.for_each(peer, Port{1}, Port{1}, [](Port, ConnectionTrace, const TimeSpan& time) {
        EXPECT_EQ(time, (TimeSpan{start + 1s, start + 3s}));
    });
}

TEST(ConnectionLog, ALinkLocalPeerIsTheSameInEveryZone) {
    ConnectionLog log;
    const IpAddress plain = *IpAddress::parse("fe80::1");
    log.note(plain, Port{1}, ConnectionTrace::half_open, start);
    int found = 0;
    log.for_each(IpAddress{plain.bytes(), 3}, Port{1}, Port{1},
                 [&](Port, ConnectionTrace, const TimeSpan&) { ++found; });
    EXPECT_EQ(found, 1);
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
    const IpAddress others = *IpAddress::parse("192.0.2.2");
    for (std::uint16_t number = 0; number < 10; ++number) {
        log.note(peer, Port{number}, ConnectionTrace::mute, start);
    }
    for (std::size_t number = 0; number + 10 < ConnectionLog::capacity; ++number) {
        const auto trace = number < port_count ? ConnectionTrace::mute : ConnectionTrace::reset;
        log.note(others, Port{static_cast<std::uint16_t>(number)}, trace, start);
    }
    EXPECT_TRUE(log.remembers(start));
    EXPECT_EQ(traces_since(log, start).size(), 10U);
    for (std::uint16_t number = 100; number < 104; ++number) {
        log.note(peer, Port{number}, ConnectionTrace::mute, start);
    }
    EXPECT_FALSE(log.remembers(start));
    EXPECT_TRUE(log.remembers(start + 1s));
    const auto traces = traces_since(log, start);
    EXPECT_EQ(traces.size(), 10U);
    EXPECT_FALSE(traces.contains({Port{3}, ConnectionTrace::mute}));
    EXPECT_TRUE(traces.contains({Port{4}, ConnectionTrace::mute}));
    EXPECT_TRUE(traces.contains({Port{103}, ConnectionTrace::mute}));
}

}  // namespace
}  // namespace pt::server
