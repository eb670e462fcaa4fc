#include "server/serve/connection_list.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

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

}  // namespace
}  // namespace pt::server
