#include "server/record/port_times.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint now{1h};

TEST(PortTimes, KeepsTheLatestTimeOfEachPort) {
    PortTimes times;
    EXPECT_FALSE(times.any_since(Port{0}, TimePoint{}));
    times.note(Port{80}, now);
    times.note(Port{80}, now - 1s);
    times.note(Port{65535}, now);
    EXPECT_TRUE(times.any_since(Port{80}, now));
    EXPECT_FALSE(times.any_since(Port{80}, now + 1ns));
    EXPECT_FALSE(times.any_since(Port{81}, TimePoint{}));
    EXPECT_TRUE(times.any_since(Port{65535}, now));
    EXPECT_FALSE(times.all_since(TimePoint{}));
}

TEST(PortTimes, AndOfAllOfThem) {
    PortTimes times;
    times.note(Port{80}, now + 2s);
    times.note_all(now);
    EXPECT_TRUE(times.all_since(now));
    EXPECT_FALSE(times.all_since(now + 1s));
    EXPECT_TRUE(times.any_since(Port{81}, now));
    EXPECT_TRUE(times.any_since(Port{80}, now + 1s));
}

}  // namespace
}  // namespace pt::server
