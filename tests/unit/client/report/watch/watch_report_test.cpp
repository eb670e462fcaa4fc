#include "client/report/watch/watch_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <string>
#include <vector>

#include "client/report/watch/live_table.hpp"
#include "client/report/watch/watch_words.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr TimePoint noon{};
const WatchRhythm rhythm{1s};

WallClock clock_at(Nanoseconds after_noon) {
    return {noon + after_noon,
            std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 12h +
                std::chrono::duration_cast<std::chrono::milliseconds>(after_noon)};
}

WatchedPort port_of(std::string host = "192.0.2.1", Protocol protocol = Protocol::tcp) {
    return {std::move(host), {protocol, *IpAddress::parse("192.0.2.1"), Port{443}}, rhythm};
}

StateChange blocked() {
    return {FlowKind::fresh,
            {FlowState::open, FlowState::no_reply, noon + 3s, noon + 3200ms},
            FlowState::open,
            {}};
}

class WatchWords : public ::testing::Test {
protected:
    void SetUp() override {
        setenv("TZ", "UTC", 1);
        tzset();
    }
};

TEST_F(WatchWords, NewFlowsAreBlockedAndTheEstablishedOneContinues) {
    EXPECT_EQ(describe(port_of(), blocked(), clock_at(4250ms)),
              "new connections: no reply since 12:00:03.200 (last reply to what was sent at "
              "12:00:03.000); the established connection continues");
    EXPECT_THAT(describe(port_of("h", Protocol::udp), blocked(), clock_at(4250ms)),
                HasSubstr("new flows: no reply"));
}

TEST_F(WatchWords, AnOutageEnds) {
    StateChange change = blocked();
    change.change = {FlowState::no_reply, FlowState::open, noon + 10s, noon + 10200ms};
    change.outage = 7s;
    EXPECT_EQ(describe(port_of(), change, clock_at(10201ms)),
              "new connections: open since 12:00:10.200 (still no reply at 12:00:10.000), after "
              "7.00 s");
}

TEST_F(WatchWords, TheEstablishedConnectionEndsLater) {
    EXPECT_EQ(
        describe(port_of(), EstablishedEnd{FlowEnd::reset, FlowState::open, noon + 9s, noon + 3s},
                 clock_at(9s)),
        "established connection ended: reset, 6.00 s after new ones got no answer");
    EXPECT_EQ(describe(port_of(), EstablishedEnd{FlowEnd::closed, FlowState::open, noon + 9s, {}},
                       clock_at(9s)),
              "established connection ended: closed by the other end");
}

TEST_F(WatchWords, TheStartIsNoNews) {
    std::ostringstream out;
    const auto report = make_watch_lines(out, {}, [] { return std::nullopt; });
    StateChange first = blocked();
    first.change = {FlowState::unknown, FlowState::open, {}, noon};
    report->event(port_of(), first, clock_at(1ms));
    EXPECT_EQ(out.str(), "");
    first.change.after = FlowState::refused;
    report->event(port_of(), first, clock_at(1ms));
    EXPECT_THAT(out.str(), HasSubstr("refused since 12:00:00.000"));
}

TEST_F(WatchWords, JsonHasTheTimesOfAChange) {
    std::ostringstream out;
    make_watch_json(out)->event(port_of(), blocked(), clock_at(4250ms));
    EXPECT_EQ(out.str(),
              R"({"event": "change", "time": "2026-01-31T12:00:04.250Z", "host": "192.0.2.1", )"
              R"("address": "192.0.2.1", "protocol": "tcp", "port": 443, "flow": "new", )"
              R"("before": "open", "after": "no-reply", "earliest": "2026-01-31T12:00:03.000Z", )"
              R"("latest": "2026-01-31T12:00:03.200Z", "other_flow": "open", "outage_ms": null})"
              "\n");
}

TEST_F(WatchWords, TheTableFitsTheScreenAndShowsWhatIsNotAvailableFirst) {
    std::vector<WatchedPort> ports;
    for (int i = 0; i < 50; ++i) {
        ports.push_back(port_of("host-" + std::to_string(i) + "\x1b[2J.example"));
    }
    for (std::uint64_t id = 1; id <= 3; ++id) {
        ports[49].fresh().sent(id, noon);
        ports[49].fresh().finished(id, FlowState::refused, {}, noon);
    }
    ports[0].fresh().sent(1, noon);
    ports[0].fresh().finished(1, FlowState::open, 1ms, noon);
    for (WatchedPort& port : ports) {
        port.advance(noon);
        for (int i = 0; i < 100; ++i) {
            port.end_interval();
        }
    }
    const auto lines = live_table(ports, clock_at(1s), {.rows = 10, .columns = 60});
    EXPECT_LT(lines.size(), 10U);
    for (const auto& line : lines) {
        EXPECT_LE(line.size(), 60U);
        EXPECT_THAT(line, Not(HasSubstr("\x1b")));
    }
    EXPECT_THAT(lines.back(), HasSubstr("43 more"));
}

TEST_F(WatchWords, TimesBeforeASleepAreThoseOfTheDay) {
    auto clock = clock_at(10s);
    EXPECT_EQ(clock.at(noon + 5s), clock_at(5s).wall);
    // An hour of sleep at second 7, of which the monotonic clock knows nothing.
    clock.wall += 1h;
    clock.sleeps = {{noon + 7s, 1h}};
    EXPECT_EQ(clock.at(noon + 5s), clock_at(5s).wall);
    EXPECT_EQ(clock.at(noon + 8s), clock_at(8s).wall + 1h);
}

TEST_F(WatchWords, TheSummaryHasDatesWhereItIsOfSeveralDays) {
    std::vector<WatchedPort> ports{port_of()};
    for (std::uint64_t id = 1; id <= 3; ++id) {
        ports[0].fresh().sent(id, noon);
        ports[0].fresh().finished(id, FlowState::refused, {}, noon);
    }
    ports[0].advance(noon);
    ports[0].end(noon + 30h);
    EXPECT_THAT(watch_summary(ports, {noon, false}, clock_at(30h)),
                HasSubstr("  2026-01-31 12:00:00.000 to the end"));
    EXPECT_THAT(watch_summary(ports, {noon, false}, clock_at(3h)),
                HasSubstr("  12:00:00.000 to the end"));
}

TEST_F(WatchWords, TheSummaryListsOutages) {
    std::vector<WatchedPort> ports{port_of()};
    std::uint64_t id = 0;
    for (TimePoint now = noon; now < noon + 100s; now += rhythm.attempt) {
        ports[0].fresh().sent(++id, now);
        if (now < noon + 40s || now >= noon + 50s) {
            ports[0].fresh().finished(id, FlowState::open, 1ms, now);
            ports[0].note_round_trip(1ms);
        }
        ports[0].advance(now);
    }
    ports[0].end(noon + 100s);
    const auto text = watch_summary(ports, {noon, true}, clock_at(100s));
    EXPECT_THAT(text, HasSubstr("tcp/443: available 90.000%; rtt p50/p95/p99 1.0"));
    EXPECT_THAT(text, HasSubstr("; 50 of 500 attempts had no reply; 1 outage, the longest 10.00 s\n"
                                "  12:00:40.000 to 12:00:50.000, 10.00 s: no reply\n"));
}

}  // namespace
}  // namespace pt::client
