#include "common/net/ipv6_state.hpp"

#include <gtest/gtest.h>

#include <string>

namespace pt::net {
namespace {

const std::string loopback = "00000000000000000000000000000001 01 80 10 80       lo\n";

TEST(Ipv6Problem, IsWhatTheKernelsFilesSay) {
    EXPECT_EQ(ipv6_problem(std::nullopt, ""), Ipv6Problem::not_in_kernel);
    EXPECT_EQ(ipv6_problem("", "1\n"), Ipv6Problem::disabled);
    EXPECT_EQ(ipv6_problem("", "0\n"), Ipv6Problem::without_address);
    EXPECT_EQ(ipv6_problem("", ""), Ipv6Problem::without_address);
    EXPECT_EQ(ipv6_problem(loopback, "0\n"), Ipv6Problem::none);
    EXPECT_EQ(ipv6_problem(loopback, "1\n"), Ipv6Problem::none) << "an interface was switched on";
}

TEST(Ipv6Problem, IsSaidToBeDisabledWhereItIs) {
    for (const auto problem : {Ipv6Problem::none, Ipv6Problem::not_in_kernel, Ipv6Problem::disabled,
                               Ipv6Problem::without_address}) {
        EXPECT_EQ(to_string(problem).empty(), problem == Ipv6Problem::none);
        EXPECT_EQ(to_string(problem).starts_with("IPv6 is disabled"), is_disabled(problem));
    }
}

}  // namespace
}  // namespace pt::net
