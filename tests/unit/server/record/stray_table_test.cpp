#include "server/record/stray_table.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};
constexpr Port port{8001};
constexpr Port other_port{9050};

std::uint64_t at(Nanoseconds since_start) {
    return static_cast<std::uint64_t>((start + since_start).time_since_epoch().count());
}

TEST(StrayTable, KnowsOfNoneWithoutEntries) {
    EXPECT_FALSE(StrayTable{}.any(TimePoint{}));
    EXPECT_FALSE(StrayTable{}.may_be_of(port, TimePoint{}));
}

TEST(StrayTable, EitherMarkMayBeThePortsOwn) {
    for (const auto kind : {SynMarkKind::odd_attempt, SynMarkKind::even_attempt}) {
        std::vector<StrayEntry> entries(syn_marks);
        const StrayTable strays{entries};
        entries[syn_mark(port, kind)] = {at(1s), 0, 8002};
        EXPECT_TRUE(strays.any(start));
        EXPECT_TRUE(strays.may_be_of(port, start));
        EXPECT_FALSE(strays.may_be_of(other_port, start));
        EXPECT_FALSE(strays.may_be_of(port, start + 2s)) << "it came before";
        EXPECT_FALSE(strays.any(start + 2s));
    }
}

TEST(StrayTable, OneMarkOnTwoPortsIsNoWordOfAnyPort) {
    std::vector<StrayEntry> entries(syn_marks);
    const StrayTable strays{entries};
    entries[syn_mark(port, SynMarkKind::even_attempt)] = {at(3s), at(1s), 8002};
    EXPECT_FALSE(strays.may_be_of(other_port, start));
    EXPECT_TRUE(strays.may_be_of_any(start));
    EXPECT_FALSE(strays.may_be_of_any(start + 2s)) << "the other one came before";
}

}  // namespace
}  // namespace pt::server
