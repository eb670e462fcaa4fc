#include "server/serve/connection_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <string>
#include <utility>
#include <vector>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint now{1h};

/// As 18,000 of one attacker: no socket is served while they are closed.
TEST(ConnectionList, ManyThatExpireTogetherAreClosedABoundedNumberAtATime) {
    boost::asio::io_context context;
    ConnectionList connections;
    const std::size_t many = 2 * ConnectionList::max_expired + 1;
    for (std::size_t i = 0; i < many; ++i) {
        connections.add(boost::asio::ip::tcp::socket{context}, Conversation{}, now);
    }
    std::size_t closed = 0;
    for (const bool more : {true, true, false}) {
        const auto expired = connections.close_expired(now + 5s, 5s, 60s);
        EXPECT_LE(expired.no_data, ConnectionList::max_expired);
        EXPECT_EQ(expired.more, more);
        closed += expired.no_data;
    }
    EXPECT_EQ(closed, many);
    EXPECT_EQ(connections.size(), 0U);
}

TEST(ConnectionList, WhatHasTimeLeftStays) {
    boost::asio::io_context context;
    ConnectionList connections;
    connections.add(boost::asio::ip::tcp::socket{context}, Conversation{}, now);
    EXPECT_EQ(connections.close_expired(now + 4s, 5s, 60s).no_data, 0U);
    EXPECT_EQ(connections.size(), 1U);
}

/// A full table, in which each new connection takes the place of an old one.
class FullTable : public testing::Test {
protected:
    using Place = ConnectionList::Place;

    Place connect(const std::string& from, TimePoint accepted) {
        Conversation conversation;
        conversation.peer = {*IpAddress::parse(from), Port{40000}};
        return connections_.add(boost::asio::ip::tcp::socket{context_}, std::move(conversation),
                                accepted);
    }
    Place talk(const std::string& from, TimePoint heard) {
        const Place place = connect(from, heard - 1ms);
        place->conversation.heard = heard;
        connections_.note_heard(place);
        return place;
    }
    /// A flood of connections without data, 200 each second.
    template <typename Source>
    void flood(int count, Source source) {
        for (int number = 0; number < count; ++number) {
            const TimePoint time = now + number * 5ms;
            EXPECT_TRUE(connections_.make_room(time));
            connect(source(number), time);
        }
    }
    static bool is_open(Place place) { return place->stage != Connection::Stage::closing; }

    boost::asio::io_context context_;
    ConnectionList connections_;
};

std::string one_host(int) { return "198.51.100.1"; }
std::string many_networks(int number) {
    return "10." + std::to_string(number / 200) + '.' + std::to_string(number % 200) + ".1";
}

TEST_F(FullTable, OneSourceThatSendsNothingTakesNothingFromOthers) {
    std::vector<Place> others;
    for (int host = 1; host <= 20; ++host) {
        const std::string network = "203.0." + std::to_string(host);
        others.push_back(talk(network + ".1", now - 30s));
        others.push_back(connect(network + ".2", now));
    }
    flood(10, one_host);
    // Ten had to make room for it, as all sources had the same; from then on it has most.
    flood(1000, one_host);
    EXPECT_GE(std::count_if(others.begin(), others.end(), is_open), 30);
}

TEST_F(FullTable, SilentOnesOfManySourcesTakeHalfOfTheRoom) {
    std::vector<Place> others;
    others.reserve(100);
    for (int number = 0; number < 100; ++number) {
        others.push_back(talk(one_host(0), now));
    }
    flood(400, many_networks);
    EXPECT_NEAR(static_cast<double>(std::count_if(others.begin(), others.end(), is_open)), 50, 1);
    EXPECT_EQ(connections_.size(), 100U);
}

TEST_F(FullTable, ThoseThatSendNoMoreLeaveTimeToNewOnes) {
    for (int number = 0; number < 467; ++number) {
        talk(one_host(0), now);
    }
    std::vector<Place> before;
    for (int number = 0; number < 1000; ++number) {
        const TimePoint time = now + 1s + number * 5ms;
        EXPECT_TRUE(connections_.make_room(time));
        before.push_back(connect(one_host(0), time));
        if (number >= 100) {
            ASSERT_TRUE(is_open(before[before.size() - 100])) << "it came half a second ago";
        }
    }
}

TEST_F(FullTable, WhoWasHeardOfLastStaysLongest) {
    const Place first = talk(one_host(0), now);
    const Place second = talk(one_host(0), now + 1s);
    first->conversation.heard = now + 2s;
    connections_.note_heard(first);
    EXPECT_TRUE(connections_.make_room(now + 3s));
    EXPECT_TRUE(is_open(first));
    EXPECT_FALSE(is_open(second));
    connections_.remove(second);
    connections_.remove(first);
    EXPECT_FALSE(connections_.make_room(now + 4s));
    EXPECT_TRUE(connections_.empty());
}

}  // namespace
}  // namespace pt::server
