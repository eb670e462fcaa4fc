#include "client/watch/watched_port.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "client/watch/pause_detector.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

const WatchRhythm rhythm{1s};

Endpoint endpoint(Protocol protocol) {
    return {protocol, *IpAddress::parse("192.0.2.1"), Port{443}};
}

/// A port in virtual time: every attempt and frame is made, and has a reply where the network lets
/// it through.
class Watched {
public:
    explicit Watched(Protocol protocol) : port{"host", endpoint(protocol), rhythm} {}

    bool new_pass = true;
    bool established_pass = true;

    void run(Nanoseconds time) {
        for (const TimePoint end = now + time; now < end; now += rhythm.frame) {
            if ((now - TimePoint{}) % rhythm.attempt == 0ns) {
                port.fresh().sent(++id_, now);
                if (new_pass) {
                    port.fresh().finished(id_, FlowState::open, 1ms, now);
                    port.note_round_trip(1ms);
                }
            }
            if (port.has_established() || (new_pass && established_pass)) {
                port.established().sent(++id_, now);
                if (established_pass) {
                    port.established().finished(id_, FlowState::open, 1ms, now);
                }
            }
            if ((now - TimePoint{}) % rhythm.every == 0ns) {
                port.end_interval();
            }
            port.advance(now);
            for (const auto& event : port.take_events()) {
                events.push_back(event);
            }
        }
    }

    WatchedPort port;
    std::vector<PortEvent> events;
    TimePoint now{};

private:
    std::uint64_t id_ = 0;
};

TEST(WatchedPort, NewFlowsMayBeBlockedWhileTheEstablishedOneContinues) {
    Watched watched{Protocol::udp};
    watched.run(10s);
    watched.new_pass = false;
    watched.run(10s);
    ASSERT_EQ(watched.events.size(), 2U);
    const auto& blocked = std::get<StateChange>(watched.events[1]);
    EXPECT_EQ(blocked.flow, FlowKind::fresh);
    EXPECT_EQ(blocked.change.after, FlowState::no_reply);
    EXPECT_EQ(blocked.other, FlowState::open);
    EXPECT_FALSE(watched.port.available());
    EXPECT_TRUE(watched.port.has_established());

    watched.established_pass = false;
    watched.run(3s);
    const auto& lost = std::get<StateChange>(watched.events.at(2));
    EXPECT_EQ(lost.flow, FlowKind::established);
    EXPECT_EQ(lost.change.latest, TimePoint{} + 20s);
    EXPECT_EQ(lost.change.earliest, TimePoint{} + 20s - rhythm.frame);

    watched.new_pass = watched.established_pass = true;
    watched.run(1s);
    const auto& back = std::get<StateChange>(watched.events.at(3));
    EXPECT_EQ(back.outage, 13s);
}

TEST(WatchedPort, TellsHowLongAfterNewFlowsTheEstablishedOneEnded) {
    Watched watched{Protocol::tcp};
    watched.run(5s);
    watched.new_pass = false;
    watched.run(5s);
    watched.port.established_ended(FlowEnd::reset, watched.now);
    watched.run(1s);
    const auto& end = std::get<EstablishedEnd>(watched.events.back());
    EXPECT_EQ(end.reason, FlowEnd::reset);
    EXPECT_EQ(end.at - *end.blocked_since, 5s);
}

TEST(WatchedPort, ThatTheEstablishedFlowContinuesTakesAReplySinceThen) {
    Watched watched{Protocol::tcp};
    watched.run(5s);
    watched.new_pass = watched.established_pass = false;
    watched.run(3s);
    const auto& blocked = std::get<StateChange>(watched.events.at(1));
    EXPECT_EQ(blocked.flow, FlowKind::fresh);
    EXPECT_EQ(blocked.other, FlowState::unknown);
}

TEST(WatchedPort, WhatThisMachineCannotTryIsNotWatched) {
    Watched watched{Protocol::udp};
    watched.run(10s);
    watched.port.note_failure(watched.now);
    watched.now += 20s;
    watched.port.note_failure(watched.now);
    watched.port.note_attempt(watched.now);
    watched.run(10s);
    watched.port.note_failure(watched.now);
    watched.port.note_attempt(watched.now + 100ms);
    watched.port.end(watched.now);
    EXPECT_EQ(watched.port.availability().paused(), 20s);
    EXPECT_EQ(watched.port.availability().up(), 20s);
    EXPECT_EQ(watched.port.failures(), 3U);
    EXPECT_EQ(watched.port.failing(), 20s);
}

TEST(WatchedPort, AFailureBeforeAnOutageHidesNothingOfIt) {
    Watched watched{Protocol::udp};
    watched.run(10s);
    watched.port.note_failure(watched.now);
    watched.port.note_attempt(watched.now + 200ms);
    watched.new_pass = false;
    watched.run(12s);
    watched.new_pass = true;
    watched.run(1s);
    watched.port.end(watched.now);
    EXPECT_EQ(watched.port.availability().longest(), 12s);
}

TEST(WatchedPort, WhatTheFirstScanProvesNamesTheFirstOutage) {
    Watched watched{Protocol::udp};
    watched.new_pass = false;
    watched.port.name_verdict({Verdict::filtered, Evidence::silence, {}, Direction::forward},
                              "filtered, forward");
    watched.run(10s);
    EXPECT_EQ(watched.port.availability().outages().at(0).verdict, "filtered, forward");
}

TEST(WatchedPort, NothingEndsThatHasNotBegun) {
    Watched watched{Protocol::tcp};
    watched.established_pass = false;
    watched.run(5s);
    watched.port.established().sent(1'000'000, watched.now);
    watched.run(3s);
    watched.events.clear();
    watched.port.established_ended(FlowEnd::reset, watched.now);
    watched.run(100ms);
    EXPECT_TRUE(watched.events.empty());
}

TEST(WatchedPort, TheEstablishedFlowIsLostFromWhenNewOnesAreBack) {
    Watched watched{Protocol::udp};
    watched.run(5s);
    watched.new_pass = watched.established_pass = false;
    watched.run(30s);
    EXPECT_FALSE(watched.port.established_lost_since());
    watched.new_pass = true;
    watched.run(1s);
    EXPECT_EQ(watched.port.established_lost_since(), TimePoint{} + 35s);
}

TEST(WatchedPort, AnAnswerIsNoReasonOfAnOutage) {
    Watched watched{Protocol::udp};
    watched.run(5s);
    watched.new_pass = false;
    watched.run(3s);
    watched.port.name_verdict({Verdict::open, Evidence::echo, {}, {}}, "open");
    EXPECT_EQ(watched.port.availability().outages().at(0).verdict, "");
    watched.port.name_verdict({Verdict::filtered, Evidence::silence, {}, Direction::forward},
                              "filtered, direction forward");
    EXPECT_EQ(watched.port.availability().outages().at(0).verdict, "filtered, direction forward");
}

TEST(WatchedPort, AnotherPathIsNoticed) {
    Watched watched{Protocol::tcp};
    const SocketAddress at{*IpAddress::parse("192.0.2.1"), Port{443}};
    const SocketAddress elsewhere{*IpAddress::parse("192.0.2.1"), Port{80}};
    const auto source = *IpAddress::parse("198.51.100.4");
    for (int flow = 0; flow < 20; ++flow) {
        EXPECT_FALSE(watched.port.note_path(at, source));
    }
    EXPECT_TRUE(watched.port.note_path(elsewhere, source));
    EXPECT_FALSE(watched.port.note_path(elsewhere, source));
    // A pool of addresses.
    for (int flow = 0; flow < 20; ++flow) {
        EXPECT_FALSE(watched.port.note_path(flow % 2 == 0 ? at : elsewhere, source));
    }
}

TEST(WatchedPort, APauseIsNoOutage) {
    Watched watched{Protocol::tcp};
    watched.run(5s);
    watched.port.pause({watched.now, watched.now + 1h, {}}, watched.now + 1h);
    watched.now += 1h;
    watched.run(5s);
    watched.port.end(watched.now);
    EXPECT_EQ(watched.port.availability().outage_count(), 0U);
    EXPECT_DOUBLE_EQ(*watched.port.availability().percent(), 100);
    EXPECT_EQ(watched.port.availability().paused(), 1h);
}

TEST(WatchedPort, WatchesADayInBoundedMemory) {
    Watched watched{Protocol::udp};
    for (int hour = 0; hour < 24; ++hour) {
        watched.new_pass = true;
        watched.run(59min);
        watched.new_pass = false;
        watched.run(1min);
        watched.events.clear();
        EXPECT_LE(watched.port.history().size(), WatchedPort::max_history);
    }
    watched.port.end(watched.now);
    EXPECT_EQ(watched.port.availability().outage_count(), 24U);
    EXPECT_EQ(watched.port.availability().longest(), 1min);
    EXPECT_EQ(watched.port.round_trips().samples(), 24U * 59U * 60U * 5U);
    EXPECT_NEAR(*watched.port.availability().percent(), 100.0 * 59 / 60, 0.001);
}

TEST(RttHistogram, TellsPercentilesToThreePerCent) {
    RttHistogram times;
    EXPECT_FALSE(times.percentile(0.5));
    for (int i = 1; i <= 1'000; ++i) {
        times.add(std::chrono::microseconds{i});
    }
    EXPECT_NEAR(static_cast<double>(times.percentile(0.5)->count()), 500e3, 500e3 * 0.032);
    EXPECT_NEAR(static_cast<double>(times.percentile(0.99)->count()), 990e3, 990e3 * 0.032);
    times.add(24h);
    times.add(-1s);
    EXPECT_GE(*times.percentile(1), 17min);
}

TEST(PauseDetector, NoticesStopsAndSleep) {
    PauseDetector pauses;
    TimePoint now{};
    EXPECT_FALSE(pauses.woken(now, now, 100s));
    now += 1s;
    EXPECT_FALSE(pauses.woken(now - 20ms, now, 101s));
    now += 5s;
    const auto stopped = pauses.woken(now - 4s, now, 106s);
    ASSERT_TRUE(stopped);
    EXPECT_EQ(stopped->length(), 4s);
    EXPECT_EQ(stopped->from, now - 4s);
    now += 1s;
    const auto slept = pauses.woken(now, now, 3'707s);
    ASSERT_TRUE(slept);
    EXPECT_EQ(slept->length(), 1h);
    EXPECT_EQ(slept->asleep, 1h);
}

}  // namespace
}  // namespace pt::client
