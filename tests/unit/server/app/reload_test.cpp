#include "server/app/reload.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pt::server {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NamesThatNeedRestart, ArePortsAndStrictnessNot) {
    Options present;
    Options read;
    present.ports.insert(Protocol::tcp, Port{443});
    read.ports.insert(Protocol::udp, Port{53});
    read.strictness = Strictness::strict;
    EXPECT_THAT(names_that_need_restart(present, read), IsEmpty());
}

TEST(NamesThatNeedRestart, AreInTheOrderOfTheHelp) {
    Options read;
    read.ports.insert(Protocol::udp, Port{0});
    read.all_ports.insert(Protocol::tcp, Port{1}, Port{65535});
    read.bind.push_back(*IpAddress::parse("192.0.2.1"));
    read.threads = 2;
    read.user = "nobody";
    read.log_level = "debug";
    EXPECT_THAT(names_that_need_restart({}, read),
                ElementsAre("all", "udp/0", "bind", "threads", "user", "log-level"));
    EXPECT_THAT(names_that_need_restart(read, read), IsEmpty());
}

}  // namespace
}  // namespace pt::server
