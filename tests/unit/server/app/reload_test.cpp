#include "server/app/reload.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

TEST(NamesThatNeedRestart, ArePortsAndStrictnessNot) {
    Options present;
    Options read;
    present.ports.insert(Protocol::tcp, Port{443});
    read.ports.insert(Protocol::udp, Port{53});
    read.strictness = Strictness::strict;
    EXPECT_EQ(names_that_need_restart(present, read), "");
}

TEST(NamesThatNeedRestart, AreInTheOrderOfTheHelp) {
    Options read;
    read.ports.insert(Protocol::udp, Port{0});
    read.all_ports.insert(Protocol::tcp, Port{1}, Port{65535});
    read.bind.push_back(*IpAddress::parse("192.0.2.1"));
    read.threads = 2;
    read.log_level = "debug";
    EXPECT_EQ(names_that_need_restart({}, read), "all, udp/0, bind, threads, log-level");
    EXPECT_EQ(names_that_need_restart(read, read), "");
}

}  // namespace
}  // namespace pt::server
