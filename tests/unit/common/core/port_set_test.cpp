#include "common/core/port_set.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <utility>

namespace pt {
namespace {

using enum Protocol;

TEST(PortSet, IsEmptyAtFirst) {
    const PortSet set;
    EXPECT_TRUE(set.empty());
    EXPECT_EQ(set.size(), 0U);
    EXPECT_TRUE(set.ranges().empty());
    EXPECT_EQ(set.to_string(), "");
    EXPECT_FALSE(set.contains(tcp, Port{0}));
    EXPECT_FALSE(set.contains(udp, Port{65535}));
}

TEST(PortSet, KeepsTcpAndUdpApart) {
    PortSet set;
    set.insert(tcp, Port{53});
    EXPECT_TRUE(set.contains(tcp, Port{53}));
    EXPECT_FALSE(set.contains(udp, Port{53}));
    EXPECT_EQ(set.size(tcp), 1U);
    EXPECT_EQ(set.size(udp), 0U);

    PortSet other;
    other.insert(udp, Port{53});
    EXPECT_NE(set, other);
    set.erase(other);
    EXPECT_TRUE(set.contains(tcp, Port{53}));
}

TEST(PortSet, InsertsExactlyTheRange) {
    // Around the edges of the words that the bits are kept in, and over whole words.
    const std::pair<std::uint16_t, std::uint16_t> ranges[] = {
        {0, 0},   {0, 63},   {1, 62},   {63, 63},    {63, 64},         {64, 64},        {64, 127},
        {5, 200}, {63, 128}, {60, 320}, {1, 65'535}, {65'535, 65'535}, {65'472, 65'535}};
    for (const auto& [first, last] : ranges) {
        PortSet set;
        set.insert(udp, Port{first}, Port{last});
        EXPECT_EQ(set.size(), last - first + 1U);
        EXPECT_EQ(set.size(tcp), 0U);
        EXPECT_TRUE(set.contains(udp, Port{first}));
        EXPECT_TRUE(set.contains(udp, Port{last}));
        ASSERT_EQ(set.ranges().size(), 1U) << first << '-' << last;
        EXPECT_EQ(set.ranges().front(), (PortSet::Range{udp, Port{first}, Port{last}}));
    }
}

TEST(PortSet, JoinsNeighboursAndOverlaps) {
    PortSet set;
    set.insert(tcp, Port{80}, Port{90});
    set.insert(tcp, Port{85}, Port{95});
    set.insert(tcp, Port{96});
    set.insert(tcp, Port{22});
    EXPECT_EQ(set.ranges(),
              (std::vector<PortSet::Range>{{tcp, Port{22}, Port{22}}, {tcp, Port{80}, Port{96}}}));
}

TEST(PortSet, ARangeKeepsWhatStandsBesideIt) {
    PortSet set;
    set.insert(tcp, Port{2});
    set.insert(tcp, Port{140});
    set.insert(tcp, Port{4}, Port{138});
    EXPECT_EQ(set.to_string(), "tcp/2,4-138,140");
}

TEST(PortSet, PrintsOneWordForEachProtocol) {
    PortSet set;
    set.insert(udp, Port{53});
    EXPECT_EQ(set.to_string(), "udp/53");
    set.insert(tcp, Port{80}, Port{90});
    set.insert(tcp, Port{22});
    EXPECT_EQ(set.to_string(), "tcp/22,80-90 udp/53");
    set.insert(udp, Port{65'535});
    EXPECT_EQ(set.to_string(), "tcp/22,80-90 udp/53,65535");
}

TEST(PortSet, PortZeroIsNoPartOfARange) {
    PortSet set;
    set.insert(tcp, Port{0});
    EXPECT_EQ(set.to_string(), "tcp/0");
    set.insert(tcp, Port{1});
    EXPECT_EQ(set.to_string(), "tcp/0,1");
    set.insert(tcp, Port{2}, Port{9});
    EXPECT_EQ(set.to_string(), "tcp/0,1-9");
}

TEST(PortSet, UnitesAndSubtracts) {
    PortSet set;
    set.insert(tcp, Port{1}, Port{100});
    set.insert(udp, Port{53});
    PortSet other;
    other.insert(tcp, Port{50}, Port{200});
    other.insert(udp, Port{123});

    PortSet united = set;
    united.insert(other);
    EXPECT_EQ(united.to_string(), "tcp/1-200 udp/53,123");
    PortSet left = set;
    left.erase(other);
    EXPECT_EQ(left.to_string(), "tcp/1-49 udp/53");
    left.erase(left);
    EXPECT_TRUE(left.empty());
}

/// Against std::set, with ranges that are drawn anew in each round but the same in each run.
TEST(PortSet, AgreesWithAPlainSet) {
    std::mt19937 random{1};
    std::uniform_int_distribution<unsigned> number{0, 65'535};
    std::uniform_int_distribution<unsigned> span{0, 300};
    PortSet set;
    std::set<std::pair<Protocol, unsigned>> plain;
    for (int round = 0; round < 300; ++round) {
        const Protocol protocol = round % 3 == 0 ? udp : tcp;
        const unsigned first = number(random);
        const unsigned last = std::min(first + span(random), 65'535U);
        PortSet part;
        part.insert(protocol, Port{static_cast<std::uint16_t>(first)},
                    Port{static_cast<std::uint16_t>(last)});
        const bool add = round % 4 != 3;
        add ? set.insert(part) : set.erase(part);
        for (unsigned port = first; port <= last; ++port) {
            if (add) {
                plain.emplace(protocol, port);
            } else {
                plain.erase({protocol, port});
            }
        }
    }
    EXPECT_EQ(set.size(), plain.size());
    std::set<std::pair<Protocol, unsigned>> walked;
    for (const auto& [protocol, first, last] : set.ranges()) {
        for (unsigned port = to_number(first); port <= to_number(last); ++port) {
            EXPECT_TRUE(set.contains(protocol, Port{static_cast<std::uint16_t>(port)}));
            walked.emplace(protocol, port);
        }
    }
    EXPECT_EQ(walked, plain);
}

}  // namespace
}  // namespace pt
