// When half-open handshakes began, from polls of them; times and polls are made up.
#include "server/journal/handshake_book.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr Nanoseconds tick = 4ms;
const IpAddress peer = *IpAddress::parse("192.0.2.1");

/// One whose SYN-ACK has not been sent again `age` after the SYN came.
UsedSocket fresh(std::uint16_t port, std::chrono::milliseconds age, std::uint16_t from = 40000) {
    UsedSocket handshake;
    handshake.port = Port{port};
    handshake.peer = {peer, Port{from}};
    handshake.timer = 1s - age;
    return handshake;
}

UsedSocket repeated(std::uint16_t port, std::uint16_t from = 40000) {
    UsedSocket handshake = fresh(port, 0s, from);
    handshake.repetitions = 1;
    return handshake;
}

class Book : public testing::Test {
protected:
    void poll(const std::vector<UsedSocket>& handshakes, Nanoseconds at) {
        std::vector<HalfOpen> half_open;
        for (const UsedSocket& handshake : handshakes) {
            half_open.push_back(to_half_open(handshake, keys_));
        }
        for (const auto& note : book_.add_poll(half_open, {start + at, start + at + 1ms},
                                               HandshakeBook::min_life(5))) {
            note.add_to(record_);
        }
    }
    /// Whether the latest of the port's is known to have begun between two times since the start,
    /// and no closer.
    bool began_between(std::uint16_t port, Nanoseconds earliest, Nanoseconds latest) const {
        const std::vector ours{record_.key(peer, IpAddress{})};
        const auto attempt = [&](Nanoseconds from, Nanoseconds until) {
            const ScanTime scan{{start + from, start + from}, start + until};
            return record_.tcp().find(Port{port}, ours, {}, scan).attempt;
        };
        return attempt(earliest, latest).ours && !attempt(earliest + 1ns, latest).ours &&
               !attempt(earliest, latest - 1ns).ours;
    }
    std::size_t changes() const { return record_.tcp().changes(); }

    HandshakeBook book_{tick};
    SourceKeys keys_{7};
    ArrivalRecord record_{7};
};

constexpr Nanoseconds long_ago = TimePoint{} - start;

TEST_F(Book, DatesAFreshHandshakeByItsTimer) {
    poll({}, 0s);
    poll({fresh(80, 300ms)}, 500ms);
    EXPECT_TRUE(began_between(80, 196ms, 205ms));
}

TEST_F(Book, AtTheFirstPollToo) {
    poll({fresh(80, 300ms), repeated(81)}, 0s);
    EXPECT_TRUE(began_between(80, -304ms, -295ms));
    EXPECT_TRUE(began_between(81, long_ago, 1ms));
}

TEST_F(Book, DatesOneThatWasRepeatedByThePollThatFoundIt) {
    poll({}, 0s);
    poll({repeated(80)}, 2s);
    EXPECT_TRUE(began_between(80, 0s, 2001ms));
}

TEST_F(Book, APollNarrowsWhatATimerTells) {
    poll({}, 0s);
    poll({fresh(80, 2ms)}, 0s);
    EXPECT_TRUE(began_between(80, 0s, 1ms));
}

TEST_F(Book, BelievesNoTimerThatContradictsThePollBefore) {
    poll({}, 0s);
    poll({fresh(80, 600ms)}, 500ms);  // the first timeout is no second here, or it was missed
    EXPECT_TRUE(began_between(80, long_ago, 501ms));
}

TEST_F(Book, ALongerTimerTellsNothing) {
    poll({}, 0s);
    auto tuned = fresh(80, 0s);
    tuned.timer = 3s;
    poll({tuned}, 500ms);
    EXPECT_TRUE(began_between(80, 0s, 501ms));
    auto due = fresh(81, 1s);
    poll({tuned, due}, 5s);
    EXPECT_TRUE(began_between(81, 500ms, 5001ms));
}

TEST_F(Book, NotesEachOnceHoweverLongItStands) {
    poll({}, 0s);
    poll({fresh(80, 300ms)}, 500ms);
    poll({repeated(80)}, 900ms);
    const std::size_t before = changes();
    for (auto at = 1s; at < 60s; at += 1s) {
        poll({repeated(80)}, at);
    }
    EXPECT_EQ(changes(), before);
    EXPECT_TRUE(began_between(80, 196ms, 205ms));
}

TEST_F(Book, RemembersThoseThatHaveGone) {
    poll({fresh(80, 300ms)}, 0s);
    poll({}, 2min);
    EXPECT_TRUE(began_between(80, -304ms, -295ms));
}

TEST_F(Book, TellsThemApartByAllFourEnds) {
    poll({fresh(80, 300ms)}, 0s);
    poll({repeated(80), fresh(80, 100ms, 40001)}, 500ms);
    EXPECT_TRUE(began_between(80, 396ms, 405ms));
    auto elsewhere = fresh(80, 100ms);
    elsewhere.local = *IpAddress::parse("192.0.2.9");
    const std::size_t before = changes();
    poll({repeated(80), fresh(80, 150ms, 40001), elsewhere}, 550ms);
    EXPECT_EQ(changes(), before + 1);
    EXPECT_TRUE(began_between(80, 396ms, 405ms)) << "the other one is at another address";
}

TEST_F(Book, OneThatIsMissedInAPollIsNotNew) {
    poll({fresh(80, 300ms)}, 0s);
    poll({}, 500ms);
    poll({repeated(80)}, 1s);
    EXPECT_TRUE(began_between(80, -304ms, -295ms));
    poll({}, 2s);
    poll({}, 4s);
    poll({fresh(80, 100ms)}, 4500ms);  // from the same port, long after
    EXPECT_TRUE(began_between(80, 4396ms, 4405ms));
}

TEST_F(Book, TheSameToldTwiceIsOne) {
    poll({}, 0s);
    poll({fresh(80, 300ms), fresh(80, 300ms), fresh(80, 300ms)}, 500ms);
    EXPECT_EQ(changes(), 1U);
    poll({fresh(80, 350ms), fresh(80, 350ms)}, 550ms);
    EXPECT_EQ(changes(), 1U);
}

TEST_F(Book, KnowsAllSinceTheFirstPoll) {
    EXPECT_FALSE(book_.knows_all(start));
    poll({}, 0s);
    EXPECT_TRUE(book_.knows_all(start - 1min));
}

TEST_F(Book, AMissIsRemembered) {
    poll({}, 0s);
    book_.miss(start + 1s);
    book_.miss(start);
    EXPECT_FALSE(book_.knows_all(start + 1s));
    EXPECT_TRUE(book_.knows_all(start + 1001ms));
}

TEST_F(Book, WhatCameAndWentBetweenTwoPollsIsMissed) {
    poll({}, 0s);
    poll({}, 5s);
    EXPECT_TRUE(book_.knows_all(start));
    poll({}, 60s);
    EXPECT_FALSE(book_.knows_all(start + 55s));
    EXPECT_TRUE(book_.knows_all(start + 56s)) << "that is still there";
}

TEST_F(Book, WhereNothingCameNoPollIsNeeded) {
    book_.skip(start);
    EXPECT_FALSE(book_.knows_all(start));
    poll({fresh(81, 300ms)}, 0s);
    book_.skip(start + 50s);
    poll({repeated(80), repeated(81)}, 52s);
    EXPECT_TRUE(book_.knows_all(start));
    EXPECT_TRUE(began_between(80, 50s, 52001ms));
    EXPECT_TRUE(began_between(81, -304ms, -295ms));
}

TEST_F(Book, FewerRetriesMakeAShorterLife) {
    EXPECT_LT(HandshakeBook::min_life(0), 1s);
    EXPECT_LT(HandshakeBook::min_life(1), 3s);
    EXPECT_LT(HandshakeBook::min_life(2), 7s);
    EXPECT_EQ(HandshakeBook::min_life(255), HandshakeBook::min_life(2));
    EXPECT_TRUE(book_.add_poll({}, {start, start}, 800ms).empty());
    EXPECT_TRUE(book_.add_poll({}, {start + 1s, start + 1s}, 800ms).empty());
    EXPECT_FALSE(book_.knows_all(start));
    EXPECT_TRUE(book_.knows_all(start + 201ms));
}

TEST_F(Book, ManyInAnyOrder) {
    std::vector<UsedSocket> handshakes;
    for (std::uint16_t number = 0; number < 3000; ++number) {
        handshakes.push_back(
            fresh(static_cast<std::uint16_t>(1 + number * 7919 % 3001), 300ms, number));
    }
    poll({}, 0s);
    poll(handshakes, 500ms);
    EXPECT_EQ(changes(), 3000U);
    std::reverse(handshakes.begin(), handshakes.end());
    handshakes.resize(1500);
    poll(handshakes, 600ms);
    EXPECT_EQ(changes(), 3000U);
}

TEST_F(Book, NotesWhatIsOpenForLong) {
    const auto is_long_half_open = [&](std::uint16_t port) {
        const std::vector ours{record_.key(peer, IpAddress{})};
        return record_.tcp().has_long_half_open(Port{port}, ours, KeyMatch::source, start - 1min);
    };
    poll({fresh(80, 10ms)}, 0s);
    EXPECT_FALSE(is_long_half_open(80)) << "it may be completed in a moment";
    poll({fresh(80, 110ms), fresh(81, 10ms), repeated(82)}, 100ms);
    EXPECT_FALSE(is_long_half_open(80));
    EXPECT_TRUE(is_long_half_open(82)) << "its SYN-ACK was sent again";
    poll({fresh(80, 310ms)}, 300ms);
    EXPECT_TRUE(is_long_half_open(80));
    EXPECT_FALSE(is_long_half_open(81)) << "it has ended";
}

}  // namespace
}  // namespace pt::server
