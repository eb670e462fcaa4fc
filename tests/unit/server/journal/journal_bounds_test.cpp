#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <tuple>

#include "journal_frames.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using namespace test;

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

TEST(Journal, OneNetworkCannotDriveOutAnothersSessions) {
    Journal journal{1};
    const IpAddress other = *IpAddress::parse("198.51.100.1");
    const auto quiet = [&](std::uint64_t session, Protocol protocol) {
        note(journal, request(session, Port{53}, 1, 1, protocol), start, true, other);
    };
    quiet(7, Protocol::tcp);
    quiet(8, Protocol::udp);
    for (const auto protocol : {Protocol::udp, Protocol::tcp}) {
        for (std::uint64_t number = 0; number < 20'000; ++number) {
            const auto host = static_cast<std::uint8_t>(number);
            note(journal, request(made_up(number), Port{53}, 1, 1, protocol), start + 1s, true,
                 IpAddress{IpAddress::V4Bytes{192, 0, 2, host}});
        }
    }
    EXPECT_EQ(journal.sessions(), Journal::max_sessions);
    EXPECT_TRUE(journal.knows(7, start + 1s));
    EXPECT_TRUE(journal.knows(8, start + 1s));
}

TEST(Journal, TellsOnWhichPortsFramesOfAForgottenSessionHadArrived) {
    using Told = std::tuple<Protocol, Port, TimePoint>;
    std::set<Told> told;
    Journal journal{1, [&](Protocol protocol, Port port, TimePoint last) {
                        told.insert({protocol, port, last});
                    }};
    note(journal, request(7, Port{53}, 1), start);
    note(journal, request(7, Port{2000}, 2), start + 1s);
    note(journal, request(8, Port{54}), start);
    const TimePoint aged = start + Journal::max_age + 2s;
    EXPECT_FALSE(journal.knows(7, aged));
    EXPECT_FALSE(journal.knows(8, aged)) << "of one that sent a single frame there is no more";
    EXPECT_EQ(told, (std::set<Told>{{Protocol::udp, Port{53}, start + 1s},
                                    {Protocol::udp, Port{2000}, start + 1s}}));
}

TEST(Journal, ASessionThatHasProvedItsAddressIsForgottenLast) {
    Journal journal{1};
    note(journal, request(7, Port{53}));
    EXPECT_FALSE(journal.has_proved_address(7));
    journal.note_proof(7, source, start);
    journal.note_proof(8, source, start);
    EXPECT_TRUE(journal.has_proved_address(7));
    EXPECT_FALSE(journal.has_proved_address(8));
    std::uint64_t next = 0;
    flood(journal, next, 3 * Journal::max_sessions, start + 1s);
    EXPECT_TRUE(journal.knows(7, start + 2s));
}

TEST(Journal, ManyPortsOfOthersDriveNoneOutThatHasProvedItsAddress) {
    Journal journal{1};
    note(journal, request(7, Port{53}));
    journal.note_proof(7, source, start);
    for (std::uint64_t number = 0; number < 600; ++number) {
        for (std::uint32_t port = 0; port < port_count; port += 1024) {
            note(journal, request(made_up(number), Port{static_cast<std::uint16_t>(port)}, port),
                 start + 1s);
        }
    }
    EXPECT_LE(journal.pages(), Journal::max_pages);
    EXPECT_TRUE(journal.knows(7, start + 2s));
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
