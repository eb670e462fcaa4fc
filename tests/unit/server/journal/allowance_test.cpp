#include "server/journal/allowance.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

int taken(Allowance& allowance, TimePoint now) {
    int count = 0;
    while (count < 1000 && allowance.take(now)) {
        ++count;
    }
    return count;
}

TEST(Allowance, AllowsSoManyAtOnceAndSoManyASecond) {
    Allowance allowance{10, 4};
    constexpr TimePoint start{1h};
    EXPECT_EQ(taken(allowance, start), 4);
    EXPECT_EQ(taken(allowance, start + 99ms), 0);
    EXPECT_EQ(taken(allowance, start + 100ms), 1);
    EXPECT_EQ(taken(allowance, start + 300ms), 2);
    EXPECT_EQ(taken(allowance, start + 1h), 4) << "it does not add up for ever";
}

}  // namespace
}  // namespace pt::server
