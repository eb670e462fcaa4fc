#include "client/result/path_facts.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

SocketAddress at(const char* address, std::uint16_t port) {
    return {*IpAddress::parse(address), Port{port}};
}

Result echoed(const SocketAddress& source, const SocketAddress& destination) {
    Result result;
    result.endpoint = {Protocol::udp, *IpAddress::parse("192.0.2.7"), Port{53}};
    result.local = at("198.51.100.4", 40000);
    result.seen = ServerView{source, destination, 0, 1, 0, 1};
    return result;
}

TEST(PathFacts, SameAddressesAreNotRewritten) {
    const auto result = echoed(at("198.51.100.4", 40000), at("192.0.2.7", 53));
    EXPECT_FALSE(rewritten_source(result));
    EXPECT_FALSE(rewritten_destination(result));
}

TEST(PathFacts, OthersAre) {
    const auto result = echoed(at("203.0.113.1", 40000), at("10.0.0.7", 5353));
    EXPECT_EQ(rewritten_source(result), at("203.0.113.1", 40000));
    EXPECT_EQ(rewritten_destination(result), at("10.0.0.7", 5353));
}

TEST(PathFacts, WhatIsNotKnownIsNotRewritten) {
    auto result = echoed(at("203.0.113.1", 40000), at("0.0.0.0", 53));
    EXPECT_FALSE(rewritten_destination(result));
    EXPECT_FALSE(is_destination_known(result));
    for (const auto& unknown : {SocketAddress{}, at("198.51.100.4", 0), at("0.0.0.0", 40000)}) {
        result.local = unknown;
        EXPECT_FALSE(known_end(result.local));
        EXPECT_FALSE(rewritten_source(result));
    }
    result.local.reset();
    EXPECT_FALSE(rewritten_source(result));
    result.seen.reset();
    EXPECT_FALSE(rewritten_destination(result));
}

TEST(PathFacts, ASenderIsKnownByItsAddress) {
    auto result = echoed(at("198.51.100.4", 40000), at("192.0.2.7", 53));
    EXPECT_EQ(error_sender(result), Sender::unknown);
    result.conclusion.by = result.endpoint.address;
    EXPECT_EQ(error_sender(result), Sender::target);
    result.conclusion.by = result.local->address;
    EXPECT_EQ(error_sender(result), Sender::this_host);
    result.conclusion.by = IpAddress::parse("10.0.0.1");
    EXPECT_EQ(error_sender(result), Sender::device);
}

}  // namespace
}  // namespace pt::client
