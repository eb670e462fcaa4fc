#include "server/kernel/listener_drops.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

UsedSocket listener(std::uint16_t port, std::uint32_t inode, std::optional<std::uint32_t> drops) {
    UsedSocket one;
    one.port = Port{port};
    one.inode = inode;
    one.drops = drops;
    return one;
}

TEST(ListenerDrops, NamesThePortsWhoseCountHasRisen) {
    ListenerDrops drops;
    EXPECT_EQ(drops.add_dump({listener(80, 1, 0), listener(81, 2, 3), listener(82, 3, {})}),
              std::vector{Port{81}});
    EXPECT_EQ(drops.add_dump({listener(80, 1, 1), listener(81, 2, 3)}), std::vector{Port{80}});
    EXPECT_TRUE(drops.add_dump({listener(80, 1, 1), listener(81, 2, 3)}).empty());
}

TEST(ListenerDrops, ANewSocketOnAPortCountsFromZero) {
    ListenerDrops drops;
    drops.add_dump({listener(80, 1, 5)});
    EXPECT_EQ(drops.add_dump({listener(80, 9, 2)}), std::vector{Port{80}});
}

TEST(ListenerDrops, ACountOverflows) {
    ListenerDrops drops;
    drops.add_dump({listener(80, 1, 0xFFFFFFFF)});
    EXPECT_EQ(drops.add_dump({listener(80, 1, 2)}), std::vector{Port{80}});
    EXPECT_TRUE(drops.explains(10, 10));
    drops.add_dump({listener(80, 1, 5)});
    EXPECT_TRUE(drops.explains(13, 13));
}

TEST(ListenerDrops, WhatNoListenerCountedIsNotExplained) {
    ListenerDrops drops;
    drops.add_dump({});
    EXPECT_TRUE(drops.explains(100, 100)) << "from before the server began";
    drops.add_dump({listener(80, 1, 2)});
    EXPECT_TRUE(drops.explains(102, 103));
    drops.add_dump({listener(80, 1, 3)});
    EXPECT_TRUE(drops.explains(103, 103)) << "what came during the dump before is in this one";
    drops.add_dump({listener(80, 1, 4)});
    EXPECT_FALSE(drops.explains(105, 105));
    EXPECT_FALSE(drops.explains({}, {})) << "the kernel does not tell";
}

}  // namespace
}  // namespace pt::server
