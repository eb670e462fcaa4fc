#include "server/record/deaf_sockets.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint now{1h};
const IpAddress any_v4{IpAddress::V4Bytes{}};
const IpAddress any_v6;
const IpAddress local = *IpAddress::parse("192.0.2.9");
const IpAddress other = *IpAddress::parse("192.0.2.8");

bool is_deaf(const DeafSockets& deaf, std::uint16_t port, TimePoint since = now,
             const IpAddress& at = local) {
    return deaf.any(Protocol::tcp, at, Port{port}, since);
}

TEST(DeafSockets, OneIsDeafUntilItWorksAgain) {
    DeafSockets deaf;
    EXPECT_FALSE(is_deaf(deaf, 80));
    deaf.note_failing(Protocol::tcp, {any_v4, Port{80}});
    EXPECT_TRUE(is_deaf(deaf, 80, now + 1h));
    EXPECT_FALSE(is_deaf(deaf, 81));
    EXPECT_FALSE(deaf.any(Protocol::udp, local, Port{80}, now));
    deaf.note_working(Protocol::tcp, {any_v4, Port{80}}, now + 5s);
    EXPECT_TRUE(is_deaf(deaf, 80, now + 5s)) << "it was, in the time that is asked about";
    EXPECT_FALSE(is_deaf(deaf, 80, now + 6s));
}

TEST(DeafSockets, ServesItsOwnAddressAlone) {
    DeafSockets deaf;
    deaf.note_failing(Protocol::tcp, {local, Port{80}});
    deaf.note_failing(Protocol::tcp, {any_v6, Port{81}});
    EXPECT_TRUE(is_deaf(deaf, 80));
    EXPECT_FALSE(is_deaf(deaf, 80, now, other));
    EXPECT_FALSE(is_deaf(deaf, 81));
    EXPECT_EQ(deaf.ports(local, now).to_string(), "tcp/80");
    EXPECT_EQ(deaf.ports(other, now).to_string(), "");
}

TEST(DeafSockets, OneOfSeveralThreadsIsEnough) {
    DeafSockets deaf;
    deaf.note_failing(Protocol::tcp, {any_v4, Port{80}});
    deaf.note_failing(Protocol::tcp, {any_v4, Port{80}});
    deaf.note_working(Protocol::tcp, {any_v4, Port{80}}, now);
    EXPECT_TRUE(is_deaf(deaf, 80, now + 1h));
}

TEST(DeafSockets, ASocketForAllPortsMakesAllOfThemDeaf) {
    DeafSockets deaf;
    deaf.note_failing(Protocol::tcp, {any_v4, Port{0}});
    EXPECT_TRUE(is_deaf(deaf, 80));
    EXPECT_EQ(deaf.ports(local, now).to_string(), "tcp/0,1-65535");
}

TEST(DeafSockets, OneFailureLastsForAMoment) {
    DeafSockets deaf;
    deaf.note_failure(Protocol::tcp, {local, Port{80}}, now);
    EXPECT_TRUE(is_deaf(deaf, 80, now - 1s));
    EXPECT_FALSE(is_deaf(deaf, 80, now + 1s));
}

}  // namespace
}  // namespace pt::server
