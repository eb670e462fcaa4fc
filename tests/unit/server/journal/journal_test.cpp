#include "server/journal/journal.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "journal_frames.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using namespace test;

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

TEST(Journal, AttemptsOverTcpHaveNoOrder) {
    Journal journal{1};
    note(journal, request(7, Port{53}, 5, 2, Protocol::tcp), start);
    note(journal, request(7, Port{53}, 5, 1, Protocol::tcp), start);
    EXPECT_EQ(journal.counters(7).reordered, 0U);
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
    EXPECT_EQ(journal.account(8)->arrived.to_string(), "tcp/1");
    EXPECT_FALSE(journal.account(10));
    EXPECT_EQ(journal.changes(), 5U);
}

}  // namespace
}  // namespace pt::server
