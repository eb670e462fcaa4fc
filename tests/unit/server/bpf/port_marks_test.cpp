// Marks of ports that other programs use: set by two sides, taken away by one, and only when it is
// sure.
#include "server/bpf/port_marks.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <vector>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr Port port{5353};

PortSet ports(Protocol protocol, std::initializer_list<std::uint16_t> numbers) {
    PortSet set;
    for (const auto number : numbers) {
        set.insert(protocol, Port{number});
    }
    return set;
}

class PortMarksTest : public testing::Test {
protected:
    /// As the program in the kernel sets a mark.
    void notice(TimePoint when) {
        udp_[to_number(port)] = static_cast<PortMarks::Mark>(when.time_since_epoch().count());
    }
    bool in_use() const { return marks_.in_use(Protocol::udp, port); }

    std::vector<PortMarks::Mark> tcp_ = std::vector<PortMarks::Mark>(port_count);
    std::vector<PortMarks::Mark> udp_ = std::vector<PortMarks::Mark>(port_count);
    PortMarks marks_{tcp_, udp_};
    const PortSet nothing_;
    const PortSet found_ = ports(Protocol::udp, {to_number(port)});
};

TEST_F(PortMarksTest, NothingIsInUseAtFirst) { EXPECT_TRUE(marks_.in_use().empty()); }

TEST_F(PortMarksTest, WhatALookFindsIsInUseAndNothingElse) {
    auto found = ports(Protocol::tcp, {1, 22, 65535});
    found.insert(ports(Protocol::udp, {53}));
    marks_.update(found, start);
    EXPECT_EQ(marks_.in_use(), found);
}

TEST_F(PortMarksTest, StaysWhileItIsFound) {
    for (int i = 0; i < 10; ++i) {
        marks_.update(found_, start + i * 250ms);
        EXPECT_EQ(marks_.in_use(), found_);
    }
}

TEST_F(PortMarksTest, OneLookThatMissesItIsNotEnough) {
    marks_.update(found_, start);
    marks_.update(nothing_, start + 1s);
    EXPECT_TRUE(in_use());
    marks_.update(nothing_, start + 2s);
    EXPECT_FALSE(in_use());
}

TEST_F(PortMarksTest, FoundAgainBetweenTwoMissesItStays) {
    marks_.update(found_, start);
    marks_.update(nothing_, start + 1s);
    marks_.update(found_, start + 2s);
    marks_.update(nothing_, start + 3s);
    EXPECT_TRUE(in_use());
}

TEST_F(PortMarksTest, WhatTheKernelNoticesStaysForTwoLooksThatBeganLater) {
    marks_.update(nothing_, start);
    notice(start + 1s);
    marks_.update(nothing_, start + 500ms);  // began before
    EXPECT_TRUE(in_use());
    marks_.update(nothing_, start + 2s);
    EXPECT_TRUE(in_use());
    marks_.update(nothing_, start + 3s);
    EXPECT_FALSE(in_use());
}

TEST_F(PortMarksTest, EachNewNoticeCountsFromAnew) {
    for (int i = 0; i < 10; ++i) {
        notice(start + i * 1s);
        marks_.update(nothing_, start + i * 1s + 250ms);
        EXPECT_TRUE(in_use());
    }
}

TEST_F(PortMarksTest, ALookDoesNotMakeAMarkOlder) {
    notice(start + 10s);
    marks_.update(found_, start);
    marks_.update(nothing_, start + 1s);
    marks_.update(nothing_, start + 2s);
    EXPECT_TRUE(in_use());
}

TEST_F(PortMarksTest, ProtocolsAreApart) {
    marks_.update(ports(Protocol::tcp, {to_number(port)}), start);
    EXPECT_FALSE(marks_.in_use(Protocol::udp, port));
    EXPECT_TRUE(marks_.in_use(Protocol::tcp, port));
    marks_.update(found_, start + 1s);
    marks_.update(found_, start + 2s);
    EXPECT_EQ(marks_.in_use(), found_);
}

}  // namespace
}  // namespace pt::server
