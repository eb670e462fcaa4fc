#include "server/lost_handshakes.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace pt::server {
namespace {

std::optional<std::uint64_t> read(const char* text) {
    std::istringstream netstat{text};
    return read_lost_handshakes(netstat);
}

TEST(LostHandshakes, AreTheSumOfTheirCounters) {
    EXPECT_EQ(read("TcpExt: SyncookiesSent SyncookiesRecv TCPReqQFullDoCookies TCPReqQFullDrop\n"
                   "TcpExt: 3 100 20 400\n"
                   "IpExt: InNoRoutes\n"
                   "IpExt: 7\n"),
              423U);
}

TEST(LostHandshakes, AreNotKnownWhereTheKernelDoesNotTell) {
    EXPECT_EQ(read(""), std::nullopt);
    EXPECT_EQ(read("TcpExt: Other\nTcpExt: 1\n"), std::nullopt);
    EXPECT_EQ(read("TcpExt: SyncookiesSent\n"), std::nullopt);
    EXPECT_EQ(read("TcpExt: SyncookiesSent\nTcpExt: x\n"), 0U);
}

TEST(LostHandshakes, ThisKernelTells) { EXPECT_TRUE(lost_handshakes().has_value()); }

}  // namespace
}  // namespace pt::server
