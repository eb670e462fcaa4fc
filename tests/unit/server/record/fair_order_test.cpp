#include "server/record/fair_order.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pt::server {
namespace {

using Order = FairOrder<int>;

IpAddress at(const std::string& text) { return *IpAddress::parse(text); }

/// All entries in the order in which they make room.
std::vector<int> take_all(Order& order, std::vector<std::pair<int, Order::Place>> places) {
    std::vector<int> taken;
    while (!order.empty()) {
        const int next = order.next();
        taken.push_back(next);
        for (const auto& [entry, place] : places) {
            if (entry == next) {
                order.remove(place);
            }
        }
    }
    return taken;
}

std::vector<int> order_of(const std::vector<std::string>& sources) {
    Order order;
    std::vector<std::pair<int, Order::Place>> places;
    for (const std::string& source : sources) {
        const int entry = static_cast<int>(places.size());
        places.emplace_back(entry, order.add(at(source), entry));
    }
    return take_all(order, std::move(places));
}

TEST(FairOrder, OfSourcesWithOneEachIsByAge) {
    EXPECT_EQ(order_of({"192.0.2.1", "198.51.100.1", "2001:db8::1"}), (std::vector{0, 1, 2}));
}

TEST(FairOrder, TheOldestOfTheSourceThatHasMostIsNext) {
    EXPECT_EQ(order_of({"192.0.2.1", "198.51.100.1", "198.51.100.1", "203.0.113.1"}),
              (std::vector{1, 0, 2, 3}));
}

TEST(FairOrder, ANetworkIsOneSource) {
    EXPECT_EQ(order_of({"192.0.2.1", "198.51.100.1", "198.51.100.2"}), (std::vector{1, 0, 2}));
    EXPECT_EQ(order_of({"2001:db8:1::1", "2001:db8:2:100::1", "2001:db8:2:200::1"}),
              (std::vector{1, 0, 2}))
        << "a /48";
    EXPECT_EQ(order_of({"2001:db8::1", "2001:db8:0:1::1", "2001:db8:0:101::1", "2001:db8:1::1"}),
              (std::vector{0, 1, 2, 3}))
        << "its heaviest /56 first";
}

TEST(FairOrder, WithinANetworkTheHeaviestAddressIsNext) {
    EXPECT_EQ(order_of({"192.0.2.1", "192.0.2.7", "192.0.2.7", "198.51.100.1"}),
              (std::vector{1, 0, 2, 3}));
}

TEST(FairOrder, WhoIsHeardOfMakesRoomLater) {
    Order order;
    const auto first = order.add(at("192.0.2.1"), 1);
    order.add(at("198.51.100.1"), 2);
    order.add(at("198.51.100.1"), 3);
    order.touch(first);
    EXPECT_EQ(order.next(), 2);
    EXPECT_EQ(order.heaviest(), 2U);
    order.remove(order.add(at("192.0.2.1"), 4));
    order.add(at("192.0.2.9"), 5);
    order.touch(first);
    EXPECT_EQ(order.next(), 2) << "as heavy, and not heard of since";
}

TEST(FairOrder, ManyOfOneNetworkLeaveOneOfAnother) {
    Order order;
    std::vector<Order::Place> places(20'001);
    order.add(at("192.0.2.1"), -1);
    for (int number = 0; number < 20'000; ++number) {
        const auto place = static_cast<std::size_t>(number);
        const std::string address = "2001:db8:0:" + std::to_string(number % 9000) + "::1";
        places[place] = order.add(at(address), number);
        if (order.size() > 100) {
            const int next = order.next();
            ASSERT_GE(next, 0);
            order.remove(places[static_cast<std::size_t>(next)]);
        }
    }
    EXPECT_EQ(order.size(), 100U);
}

}  // namespace
}  // namespace pt::server
