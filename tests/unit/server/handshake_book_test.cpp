// When half-open handshakes began, from looks at them; times and looks are made up.
#include "server/handshake_book.hpp"

#include <gtest/gtest.h>

#include <map>

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
    void look(const std::vector<UsedSocket>& handshakes, Nanoseconds at) {
        book_.look(handshakes, {start + at, start + at + 1ms}, log_);
    }
    /// When the latest of the port's began, since the start.
    std::pair<Nanoseconds, Nanoseconds> began(std::uint16_t port) const {
        TimeSpan found;
        log_.for_each(peer, Port{port}, Port{port},
                      [&](Port, ConnectionTrace, const TimeSpan& time) { found = time; });
        return {found.earliest - start, found.latest - start};
    }

    HandshakeBook book_{tick};
    ConnectionLog log_;
};

constexpr Nanoseconds long_ago = TimePoint{} - start;

TEST_F(Book, DatesAFreshHandshakeByItsTimer) {
    look({}, 0s);
    look({fresh(80, 300ms)}, 500ms);
    EXPECT_EQ(began(80), std::pair(Nanoseconds{196ms}, Nanoseconds{205ms}));
}

TEST_F(Book, AtTheFirstLookToo) {
    look({fresh(80, 300ms), repeated(81)}, 0s);
    EXPECT_EQ(began(80), std::pair(Nanoseconds{-304ms}, Nanoseconds{-295ms}));
    EXPECT_EQ(began(81), std::pair(long_ago, Nanoseconds{1ms}));
}

TEST_F(Book, DatesOneThatWasRepeatedByTheLookThatFoundIt) {
    look({}, 0s);
    look({repeated(80)}, 2s);
    EXPECT_EQ(began(80), std::pair(Nanoseconds{0s}, Nanoseconds{2001ms}));
}

TEST_F(Book, ALookNarrowsWhatATimerTells) {
    look({}, 0s);
    look({fresh(80, 2ms)}, 0s);
    EXPECT_EQ(began(80), std::pair(Nanoseconds{0s}, Nanoseconds{1ms}));
}

TEST_F(Book, BelievesNoTimerThatContradictsTheLookBefore) {
    look({}, 0s);
    look({fresh(80, 600ms)}, 500ms);  // the first timeout is no second here, or it was missed
    EXPECT_EQ(began(80), std::pair(long_ago, Nanoseconds{501ms}));
}

TEST_F(Book, ALongerTimerTellsNothing) {
    look({}, 0s);
    auto tuned = fresh(80, 0s);
    tuned.timer = 3s;
    look({tuned}, 500ms);
    EXPECT_EQ(began(80), std::pair(Nanoseconds{0s}, Nanoseconds{501ms}));
    auto due = fresh(81, 1s);
    look({tuned, due}, 5s);
    EXPECT_EQ(began(81), std::pair(Nanoseconds{500ms}, Nanoseconds{5001ms}));
}

TEST_F(Book, NotesEachOnceHoweverLongItStands) {
    look({}, 0s);
    look({fresh(80, 300ms)}, 500ms);
    const auto changes = log_.changes();
    for (auto at = 1s; at < 60s; at += 1s) {
        look({repeated(80)}, at);
    }
    EXPECT_EQ(log_.changes(), changes);
    EXPECT_EQ(began(80), std::pair(Nanoseconds{196ms}, Nanoseconds{205ms}));
}

TEST_F(Book, RemembersThoseThatHaveGone) {
    look({fresh(80, 300ms)}, 0s);
    look({}, 2min);
    EXPECT_EQ(began(80).first, -304ms);
}

TEST_F(Book, TellsThemApartByAllFourEnds) {
    look({fresh(80, 300ms)}, 0s);
    look({repeated(80), fresh(80, 100ms, 40001)}, 500ms);
    EXPECT_EQ(began(80).first, 396ms);
    auto elsewhere = fresh(80, 100ms);
    elsewhere.local = *IpAddress::parse("192.0.2.9");
    look({repeated(80), repeated(80, 40001), elsewhere}, 1s);
    EXPECT_EQ(began(80).first, 896ms);
}

TEST_F(Book, OneThatIsMissedInALookIsNotNew) {
    look({fresh(80, 300ms)}, 0s);
    look({}, 500ms);
    look({repeated(80)}, 1s);
    EXPECT_EQ(began(80).first, -304ms);
    look({}, 2s);
    look({}, 4s);
    look({fresh(80, 100ms)}, 4500ms);  // from the same port, long after
    EXPECT_EQ(began(80).first, 4396ms);
}

TEST_F(Book, TheSameToldTwiceIsOne) {
    look({}, 0s);
    look({fresh(80, 300ms), fresh(80, 300ms), fresh(80, 300ms)}, 500ms);
    EXPECT_EQ(log_.changes(), 1U);
    look({repeated(80), repeated(80)}, 1s);
    EXPECT_EQ(log_.changes(), 1U);
}

TEST_F(Book, KnowsAllSinceTheFirstLook) {
    EXPECT_FALSE(book_.knows_all(start));
    look({}, 0s);
    EXPECT_TRUE(book_.knows_all(start - 1min));
}

TEST_F(Book, AMissIsRemembered) {
    look({}, 0s);
    book_.miss(start + 1s);
    book_.miss(start);
    EXPECT_FALSE(book_.knows_all(start + 1s));
    EXPECT_TRUE(book_.knows_all(start + 1001ms));
}

TEST_F(Book, WhatCameAndWentBetweenTwoLooksIsMissed) {
    look({}, 0s);
    look({}, 5s);
    EXPECT_TRUE(book_.knows_all(start));
    look({}, 60s);
    EXPECT_FALSE(book_.knows_all(start + 55s));
    EXPECT_TRUE(book_.knows_all(start + 56s)) << "that is still there";
}

TEST_F(Book, WhereNothingCameNoLookIsNeeded) {
    book_.skip(start);
    EXPECT_FALSE(book_.knows_all(start));
    look({fresh(81, 300ms)}, 0s);
    book_.skip(start + 50s);
    look({repeated(80), repeated(81)}, 52s);
    EXPECT_TRUE(book_.knows_all(start));
    EXPECT_EQ(began(80), std::pair(Nanoseconds{50s}, Nanoseconds{52001ms}));
    EXPECT_EQ(began(81).first, -304ms);
}

TEST_F(Book, ManyInAnyOrder) {
    std::vector<UsedSocket> handshakes;
    for (std::uint16_t number = 0; number < 3000; ++number) {
        handshakes.push_back(
            fresh(static_cast<std::uint16_t>(1 + number * 7919 % 3001), 300ms, number));
    }
    look({}, 0s);
    look(handshakes, 500ms);
    EXPECT_EQ(log_.changes(), 3000U);
    std::reverse(handshakes.begin(), handshakes.end());
    handshakes.resize(1500);
    look(handshakes, 1s);
    EXPECT_EQ(log_.changes(), 3000U);
}

}  // namespace
}  // namespace pt::server
