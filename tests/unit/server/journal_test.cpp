#include "server/journal.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
const IpAddress source = *IpAddress::parse("192.0.2.1");

Frame request(std::uint64_t session, Port port, std::uint32_t sequence = 0,
              std::uint8_t attempt = 1, Protocol protocol = Protocol::udp) {
    Frame frame;
    frame.nonce = {session, sequence};
    frame.port = port;
    frame.protocol = protocol;
    frame.attempt = attempt;
    return frame;
}

TEST(Journal, RemembersWhichPortsOfWhichProtocolASessionReached) {
    Journal journal{1};
    EXPECT_FALSE(journal.knows(7, start));
    EXPECT_EQ(journal.note(request(7, Port{53}), source, true, start), 1U);
    EXPECT_EQ(journal.note(request(7, Port{65535}, 1, 1, Protocol::tcp), source, true, start), 2U);
    EXPECT_TRUE(journal.knows(7, start));
    EXPECT_TRUE(journal.arrived(7, Protocol::udp, Port{53}));
    EXPECT_FALSE(journal.arrived(7, Protocol::tcp, Port{53}));
    EXPECT_TRUE(journal.arrived(7, Protocol::tcp, Port{65535}));
    EXPECT_FALSE(journal.arrived(8, Protocol::udp, Port{53}));
}

TEST(Journal, DatesARunByTheFrameThatWasDelayedLeast) {
    Journal journal{1};
    const auto note = [&](std::chrono::nanoseconds sent, TimePoint now, Nanoseconds waited) {
        Frame frame = request(7, Port{53});
        frame.client_time = static_cast<std::uint64_t>(sent.count());
        journal.note(frame, source, true, now, waited);
        return journal.beginning(7).began;
    };
    EXPECT_EQ(note(100ms, start, 0ms), start - 100ms);
    EXPECT_EQ(note(300ms, start + 500ms, 0ms), start - 100ms) << "it was delayed by 300 ms more";
    EXPECT_EQ(note(300ms, start + 150ms, 0ms), start - 150ms);
    EXPECT_EQ(note(300ms, start + 150ms, 20ms), start - 170ms) << "it lay in our queue";
    EXPECT_EQ(journal.beginning(7).first, start);
    EXPECT_EQ(journal.beginning(8).began, TimePoint{});
}

TEST(Journal, BelievesNoTimeBeyondReason) {
    Journal journal{1};
    Frame frame = request(7, Port{53});
    frame.client_time = ~std::uint64_t{0};
    journal.note(frame, source, true, start, Nanoseconds::max());
    EXPECT_EQ(journal.beginning(7).began, start - 24h * 30 - 1s);
    frame.nonce.session = 8;
    frame.client_time = 0;
    journal.note(frame, source, true, start, Nanoseconds::min());
    EXPECT_EQ(journal.beginning(8).began, start);
}

TEST(Journal, QuestionsThatFollowEachOtherAreOneBurst) {
    Journal journal{1};
    EXPECT_EQ(journal.note_question(7, start), start) << "not known";
    journal.note(request(7, Port{53}), source, true, start);
    EXPECT_EQ(journal.note_question(7, start + 3s), start + 3s);
    EXPECT_EQ(journal.note_question(7, start + 3900ms), start + 3s);
    EXPECT_EQ(journal.note_question(7, start + 4800ms), start + 3s);
    EXPECT_EQ(journal.note_question(7, start + 6s), start + 6s);
}

TEST(Journal, CountsDuplicatesReorderedAndAlteredFrames) {
    Journal journal{1};
    journal.note(request(7, Port{53}, 5, 1), source, true, start);
    journal.note(request(7, Port{53}, 5, 1), source, true, start);
    journal.note(request(7, Port{53}, 5, 3), source, true, start);
    journal.note(request(7, Port{53}, 5, 2), source, false, start);
    EXPECT_EQ(journal.counters(7), (SessionCounters{4, 1, 1, 1}));
}

TEST(Journal, AttemptsOverTcpHaveNoOrder) {
    Journal journal{1};
    journal.note(request(7, Port{53}, 5, 2, Protocol::tcp), source, true, start);
    journal.note(request(7, Port{53}, 5, 1, Protocol::tcp), source, true, start);
    EXPECT_EQ(journal.counters(7).reordered, 0U);
}

TEST(Journal, ForgetsASessionThatIsNotHeardOfForLong) {
    Journal journal{1};
    journal.note(request(7, Port{53}), source, true, start);
    journal.note(request(8, Port{53}), source, true, start + 5min);
    EXPECT_TRUE(journal.knows(7, start + Journal::max_age));
    EXPECT_FALSE(journal.knows(7, start + Journal::max_age + 1s));
    EXPECT_TRUE(journal.knows(8, start + Journal::max_age + 1s));
    EXPECT_TRUE(journal.knows_any(start + Journal::max_age + 1s));
    EXPECT_FALSE(journal.knows_any(start + Journal::max_age + 6min));
}

TEST(Journal, GivesAnAccountOfEachSessionTheLatestFirst) {
    Journal journal{1};
    const IpAddress other = *IpAddress::parse("2001:db8::1");
    journal.note(request(7, Port{53}), source, true, start);
    journal.note(request(8, Port{1}, 1, 1, Protocol::tcp), source, true, start + 1s);
    journal.note(request(7, Port{65535}, 2), other, true, start + 2s);
    journal.note(request(7, Port{1024}, 3), other, true, start + 3s);
    std::vector<Journal::Account> accounts;
    journal.for_each([&](const Journal::Account& account) {
        accounts.push_back(account);
        return true;
    });
    ASSERT_EQ(accounts.size(), 2U);
    EXPECT_EQ(accounts[0].id, 7U);
    EXPECT_EQ(accounts[0].beginning.first, start);
    EXPECT_EQ(accounts[0].last, start + 3s);
    EXPECT_EQ(accounts[0].sources, (std::vector{source, other}));
    EXPECT_EQ(accounts[0].counters.frames, 3U);
    EXPECT_EQ(accounts[0].arrived.to_string(), "udp/53,1024,65535");
    EXPECT_EQ(accounts[1].arrived.to_string(), "tcp/1");
    EXPECT_EQ(journal.changes(), 4U);
}

TEST(Journal, IsBoundedInSessionsAndForgetsTheOldest) {
    Journal journal{1};
    for (std::uint64_t session = 0; session < Journal::max_sessions + 100; ++session) {
        journal.note(request(session, Port{53}), source, true, start);
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
                journal.note(
                    request(session, Port{static_cast<std::uint16_t>(port)}, port, 1, protocol),
                    source, true, start);
            }
        }
    }
    EXPECT_LE(journal.pages(), Journal::max_pages);
    EXPECT_TRUE(journal.arrived(session - 1, Protocol::udp, Port{1}));
    EXPECT_FALSE(journal.knows(0, start));
}

}  // namespace
}  // namespace pt::server
