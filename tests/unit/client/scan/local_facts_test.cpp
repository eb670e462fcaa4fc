#include "client/scan/local_facts.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace pt::client {
namespace {

TEST(ParsePortRange, TakesWhatTheKernelWrites) {
    std::istringstream text{"32768\t60999\n"};
    EXPECT_EQ(parse_port_range(text), (std::pair{Port{32768}, Port{60999}}));
}

TEST(ParsePortRange, RefusesAllElse) {
    for (const auto* wrong : {"", "1", "x y", "60999 32768", "1 65536", "-1 5"}) {
        std::istringstream text{wrong};
        EXPECT_FALSE(parse_port_range(text)) << wrong;
    }
}

}  // namespace
}  // namespace pt::client
