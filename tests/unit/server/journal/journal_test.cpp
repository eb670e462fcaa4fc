#include "server/journal/journal.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
const IpAddress source = *IpAddress::parse("192.0.2.1");
const IpAddress local = *IpAddress::parse("192.0.2.9");

Frame request(std::uint64_t session, Port port, std::uint32_t sequence = 0,
              std::uint8_t attempt = 1, Protocol protocol = Protocol::udp) {
    Frame frame;
    frame.nonce = {session, sequence};
    frame.port = port;
    frame.protocol = protocol;
    frame.attempt = attempt;
    return frame;
}

/// `frame` as it came from an address, to the port that it was aimed at.
Arrival arrival(const Frame& frame, const IpAddress& from = source) {
    Arrival arrival;
    arrival.protocol = frame.protocol;
    arrival.source = {from, Port{40000}};
    arrival.destination = {local, frame.port};
    return arrival;
}

std::uint32_t note(Journal& journal, const Frame& frame, TimePoint now = start, bool intact = true,
                   const IpAddress& from = source) {
    return journal.note(frame, arrival(frame, from), intact, now);
}

TEST(Journal, RemembersWhichPortsOfWhichProtocolASessionReached) {
    Journal journal{1};
    EXPECT_FALSE(journal.knows(7, start));
    EXPECT_EQ(note(journal, request(7, Port{53}), start), 1U);
    EXPECT_EQ(note(journal, request(7, Port{65535}, 1, 1, Protocol::tcp), start), 2U);
    EXPECT_TRUE(journal.knows(7, start));
    EXPECT_TRUE(journal.arrived(7, Protocol::udp, Port{53}));
    EXPECT_FALSE(journal.arrived(7, Protocol::tcp, Port{53}));
    EXPECT_TRUE(journal.arrived(7, Protocol::tcp, Port{65535}));
    EXPECT_FALSE(journal.arrived(8, Protocol::udp, Port{53}));
}

TEST(Journal, DatesAScanByTheFrameThatWasDelayedLeast) {
    Journal journal{1};
    const auto note_sent = [&](std::chrono::nanoseconds sent, TimePoint now, Nanoseconds waited) {
        Frame frame = request(7, Port{53});
        frame.client_time = static_cast<std::uint64_t>(sent.count());
        auto came = arrival(frame);
        came.in_server = waited;
        journal.note(frame, came, true, now);
        return journal.beginning(7).began;
    };
    EXPECT_EQ(note_sent(100ms, start, 0ms), start - 100ms);
    EXPECT_EQ(note_sent(300ms, start + 500ms, 0ms), start - 100ms)
        << "it was delayed by 300 ms more";
    EXPECT_EQ(note_sent(300ms, start + 150ms, 0ms), start - 150ms);
    EXPECT_EQ(note_sent(300ms, start + 150ms, 20ms), start - 170ms) << "it lay in our queue";
    EXPECT_EQ(journal.beginning(7).first, start);
    EXPECT_EQ(journal.beginning(7).first_sent, 100ms);
    EXPECT_EQ(journal.beginning(8).began, TimePoint{});
}

class PunctualityTest : public ::testing::Test {
protected:
    /// A frame to `port` that was sent so long after the beginning of the scan, and came then.
    void come(std::uint16_t port, std::chrono::milliseconds sent, std::chrono::milliseconds came) {
        Frame frame = request(7, Port{port});
        frame.client_time = static_cast<std::uint64_t>(Nanoseconds{sent}.count());
        journal_.note(frame, arrival(frame), true, start + came);
    }
    bool late(std::uint16_t port) const {
        EXPECT_TRUE(journal_.arrived(7, Protocol::udp, Port{port}));
        const bool late = journal_.arrived_late(7, Protocol::udp, Port{port});
        EXPECT_EQ(journal_.account(7)->late.contains(Protocol::udp, Port{port}), late);
        return late;
    }

private:
    Journal journal_{1};
};

TEST_F(PunctualityTest, AFrameIsLateThatTookMuchLongerThanTheQuickest) {
    come(53, 0ms, 40ms);
    come(54, 10ms, 150ms);
    come(55, 10ms, 1050ms);
    EXPECT_FALSE(late(53));
    EXPECT_FALSE(late(54)) << "a busy machine takes as long";
    EXPECT_TRUE(late(55));
    come(55, 2000ms, 2040ms);
    EXPECT_FALSE(late(55)) << "another one was punctual";
    come(55, 2000ms, 4000ms);
    EXPECT_FALSE(late(55));
}

TEST_F(PunctualityTest, AQuickerOneShowsThatTheEarlierOnesWereLate) {
    come(53, 0ms, 6000ms);
    EXPECT_FALSE(late(53)) << "nothing to compare it with";
    come(54, 6500ms, 6700ms);
    EXPECT_TRUE(late(53));
    EXPECT_FALSE(late(54));
}

TEST_F(PunctualityTest, ManySmallStepsMakeItLateToo) {
    for (std::uint16_t step = 0; step < 20; ++step) {
        come(static_cast<std::uint16_t>(53 + step), 0ms,
             std::chrono::milliseconds{2000 - 100 * step});
    }
    EXPECT_TRUE(late(53));
    EXPECT_TRUE(late(69));
    EXPECT_FALSE(late(72));
}

TEST(Journal, BelievesNoTimeBeyondReason) {
    Journal journal{1};
    Frame frame = request(7, Port{53});
    frame.client_time = ~std::uint64_t{0};
    auto came = arrival(frame);
    came.in_server = Nanoseconds::max();
    journal.note(frame, came, true, start);
    EXPECT_EQ(journal.beginning(7).began, start - 24h * 30 - 1s);
    frame.nonce.session = 8;
    frame.client_time = 0;
    came.in_server = Nanoseconds::min();
    journal.note(frame, came, true, start);
    EXPECT_EQ(journal.beginning(8).began, start);
}

TEST(Journal, QueriesThatFollowEachOtherAreOneBurst) {
    Journal journal{1};
    const auto ask = [&](TimePoint now) { return journal.note_query(7, arrival({}), now); };
    EXPECT_EQ(ask(start), start) << "not known";
    note(journal, request(7, Port{53}));
    EXPECT_EQ(ask(start + 3s), start + 3s);
    EXPECT_EQ(ask(start + 3900ms), start + 3s);
    EXPECT_EQ(ask(start + 4800ms), start + 3s);
    EXPECT_EQ(ask(start + 6s), start + 6s);
}

TEST(Journal, KnowsTheAddressesOfFramesAndQueries) {
    Journal journal{1};
    const IpAddress other = *IpAddress::parse("2001:db8::1");
    note(journal, request(7, Port{53}));
    note(journal, request(7, Port{53}, 1), start, true, other);
    note(journal, request(7, Port{53}, 2), start, true, other);
    const IpAddress asker = *IpAddress::parse("192.0.2.77");
    journal.note_query(7, arrival({}, asker), start);
    EXPECT_EQ(journal.sources(7), (std::vector{source, other, asker}));
    EXPECT_EQ(journal.destinations(7), std::vector{local});
    EXPECT_TRUE(journal.sources(8).empty());
    for (std::uint8_t last = 0; last < 100; ++last) {
        note(journal, request(7, Port{53}, 3), start, true,
             IpAddress{IpAddress::V4Bytes{10, 0, 0, last}});
    }
    EXPECT_EQ(journal.sources(7).size(), Journal::max_sources);
}

TEST(Journal, CountsDuplicatesReorderedAndAlteredFrames) {
    Journal journal{1};
    note(journal, request(7, Port{53}, 5, 1));
    note(journal, request(7, Port{53}, 5, 1));
    note(journal, request(7, Port{53}, 5, 3));
    note(journal, request(7, Port{53}, 5, 2), start, false);
    EXPECT_EQ(journal.counters(7), (SessionCounters{4, 1, 1, 1}));
}

TEST(Journal, KnowsThePortThatAFrameCameTo) {
    Journal journal{1};
    const Frame frame = request(7, Port{8001}, 0, 1, Protocol::tcp);
    auto came = arrival(frame);
    came.destination.port = Port{80};
    journal.note(frame, came, true, start);
    EXPECT_TRUE(journal.arrived(7, Protocol::tcp, Port{8001}));
    EXPECT_FALSE(journal.arrived(7, Protocol::tcp, Port{80}));
    EXPECT_TRUE(journal.arrived_on(7, Port{80}));
    EXPECT_FALSE(journal.arrived_on(7, Port{81}));
}

/// The scan of session 7, which began at `start`.
constexpr ScanTime scan{{start, start}};

TEST(Journal, AnotherScanFromTheSameAddressSharesItsTime) {
    Journal journal{1};
    note(journal, request(7, Port{53}));
    EXPECT_FALSE(journal.others(7, scan, local).any);
    note(journal, request(8, Port{53}), start - 1s);
    const auto shared = journal.others(7, scan, local);
    EXPECT_TRUE(shared.any && shared.time.shared);
    const auto elsewhere = journal.others(7, scan, source);
    EXPECT_TRUE(elsewhere.any && !elsewhere.time.shared) << "it was sent to another address";
}

TEST(Journal, AScanThatAskedHadEnded) {
    Journal journal{1};
    note(journal, request(7, Port{53}));
    note(journal, request(8, Port{53}), start - 1s);
    journal.note_query(8, arrival({}), start - 1ms);
    EXPECT_FALSE(journal.others(7, scan, local).any);
    note(journal, request(9, Port{53}), start - 5s);
    EXPECT_FALSE(journal.others(7, scan, local).any) << "nor one that has been silent for long";
}

TEST(Journal, OneThatBeganLaterEndsWhatIsCertain) {
    Journal journal{1};
    note(journal, request(7, Port{53}));
    note(journal, request(8, Port{53}), start + 4s);
    note(journal, request(9, Port{53}), start + 3s, true, *IpAddress::parse("192.0.2.2"));
    const auto later = journal.others(7, scan, local);
    EXPECT_FALSE(later.time.shared);
    EXPECT_EQ(later.time.until, start + 4s);
}

TEST(Journal, AClientsWordTellsWhetherItsFirstFramesAreRemembered) {
    Journal journal{1};
    Frame frame = request(7, Port{53});
    frame.client_time = static_cast<std::uint64_t>(std::chrono::nanoseconds{2s}.count());
    note(journal, frame);
    EXPECT_FALSE(journal.reaches_back(7, 1999ms));
    EXPECT_TRUE(journal.reaches_back(7, 2000ms));
    EXPECT_FALSE(journal.reaches_back(8, 1h));
}

TEST(Journal, AttemptsOverTcpHaveNoOrder) {
    Journal journal{1};
    note(journal, request(7, Port{53}, 5, 2, Protocol::tcp), start);
    note(journal, request(7, Port{53}, 5, 1, Protocol::tcp), start);
    EXPECT_EQ(journal.counters(7).reordered, 0U);
}

TEST(Journal, ForgetsASessionThatIsNotHeardOfForLong) {
    Journal journal{1};
    note(journal, request(7, Port{53}), start);
    note(journal, request(8, Port{53}), start + 5min);
    EXPECT_TRUE(journal.knows(7, start + Journal::max_age));
    EXPECT_FALSE(journal.knows(7, start + Journal::max_age + 1s));
    EXPECT_TRUE(journal.knows(8, start + Journal::max_age + 1s));
    EXPECT_TRUE(journal.knows_any(start + Journal::max_age + 1s));
    EXPECT_FALSE(journal.knows_any(start + Journal::max_age + 6min));
}

TEST(Journal, GivesAnAccountOfEachSession) {
    Journal journal{1};
    const IpAddress other = *IpAddress::parse("2001:db8::1");
    note(journal, request(9, Port{53}));
    note(journal, request(7, Port{53}));
    note(journal, request(8, Port{1}, 1, 1, Protocol::tcp), start + 1s);
    note(journal, request(7, Port{65535}, 2), start + 2s, true, other);
    note(journal, request(7, Port{1024}, 3), start + 3s, true, other);
    EXPECT_EQ(journal.ids(), (std::vector<std::uint64_t>{8, 7, 9}))
        << "proven, repeated, a single one";
    const auto account = journal.account(7);
    ASSERT_TRUE(account);
    EXPECT_EQ(account->id, 7U);
    EXPECT_EQ(account->beginning.first, start);
    EXPECT_EQ(account->last_heard, start + 3s);
    EXPECT_EQ(account->sources, (std::vector{source, other}));
    EXPECT_EQ(account->destinations, std::vector{local});
    EXPECT_EQ(account->counters.frames, 3U);
    EXPECT_EQ(account->arrived.to_string(), "udp/53,1024,65535");
    EXPECT_TRUE(account->reaches_back);
    EXPECT_EQ(journal.account(8)->arrived.to_string(), "tcp/1");
    EXPECT_FALSE(journal.account(10));
    EXPECT_EQ(journal.changes(), 5U);
}

/// Session ids that nobody else uses.
std::uint64_t made_up(std::uint64_t number) { return 1'000'000 + number; }

void flood(Journal& journal, std::uint64_t& next, std::size_t count, TimePoint now = start) {
    for (std::size_t i = 0; i < count; ++i) {
        note(journal, request(made_up(next++), Port{53}), now);
    }
}

TEST(Journal, AFloodOfMadeUpSessionsLeavesThoseThatSentMore) {
    Journal journal{1};
    std::uint64_t next = 0;
    note(journal, request(7, Port{53}, 1));
    note(journal, request(7, Port{53}, 2));
    note(journal, request(8, Port{53}, 1, 1, Protocol::tcp));
    note(journal, request(9, Port{53}, 1));
    note(journal, request(9, Port{53}, 1));  // the same again: anybody can
    flood(journal, next, 100'000);
    EXPECT_EQ(journal.sessions(), Journal::max_sessions);
    EXPECT_TRUE(journal.knows(7, start));
    EXPECT_TRUE(journal.knows(8, start));
    EXPECT_FALSE(journal.knows(9, start));
}

TEST(Journal, AFloodOfPairsLeavesThoseThatProvedTheirAddress) {
    Journal journal{1};
    note(journal, request(7, Port{53}, 1));
    note(journal, request(7, Port{53}, 2));
    note(journal, request(8, Port{53}, 1, 1, Protocol::tcp));
    for (std::uint64_t number = 0; number < 100'000; ++number) {
        note(journal, request(made_up(number), Port{53}, 1));
        note(journal, request(made_up(number), Port{53}, 2));
    }
    EXPECT_FALSE(journal.knows(7, start));
    EXPECT_TRUE(journal.knows(8, start));
    EXPECT_EQ(journal.sessions(), Journal::max_sessions);
}

TEST(Journal, NewSessionsHaveRoomAmongManyThatProvedTheirAddress) {
    Journal journal{1};
    for (std::uint64_t number = 0; number < 10'000; ++number) {
        note(journal, request(made_up(number), Port{53}, 1, 1, Protocol::tcp));
    }
    note(journal, request(7, Port{53}));
    std::uint64_t next = 20'000;
    flood(journal, next, Journal::min_single - 1);
    EXPECT_TRUE(journal.knows(7, start));
    EXPECT_EQ(journal.sessions(), Journal::max_sessions);
}

TEST(Journal, ASessionThatMayBeKnownAgainDoesNotReachBack) {
    Journal journal{1};
    std::uint64_t next = 0;
    flood(journal, next, Journal::max_sessions + 1, start + 1s);
    Frame frame = request(7, Port{53});
    frame.client_time = static_cast<std::uint64_t>(std::chrono::nanoseconds{2s}.count());
    note(journal, frame, start + 2s);
    EXPECT_FALSE(journal.account(7)->reaches_back) << "one was forgotten since its scan began";
    frame.nonce.session = 8;
    frame.client_time = 0;
    note(journal, frame, start + 10s);
    EXPECT_TRUE(journal.account(8)->reaches_back);
}

TEST(Journal, IsBoundedInSessionsAndForgetsTheOldest) {
    Journal journal{1};
    for (std::uint64_t session = 0; session < Journal::max_sessions + 100; ++session) {
        note(journal, request(session, Port{53}), start);
    }
    EXPECT_EQ(journal.sessions(), Journal::max_sessions);
    EXPECT_FALSE(journal.knows(0, start));
    EXPECT_TRUE(journal.knows(Journal::max_sessions + 99, start));
}

TEST(Journal, IsBoundedInMemoryForPorts) {
    Journal journal{1};
    std::uint64_t session = 0;
    for (; session < 200; ++session) {
        for (std::uint32_t port = 1; port < port_count; port += 512) {
            for (const Protocol protocol : all_protocols) {
                note(journal,
                     request(session, Port{static_cast<std::uint16_t>(port)}, port, 1, protocol));
            }
        }
    }
    EXPECT_LE(journal.pages(), Journal::max_pages);
    EXPECT_TRUE(journal.arrived(session - 1, Protocol::udp, Port{1}));
    EXPECT_FALSE(journal.knows(0, start));
}

}  // namespace
}  // namespace pt::server
