#include "server/kernel/tcp_counters.hpp"

#include <gtest/gtest.h>

#include <array>
#include <sstream>

namespace pt::server {
namespace {

constexpr std::array<std::string_view, 2> names{"SyncookiesSent", "TCPReqQFullDrop"};

std::optional<std::uint64_t> sum(const char* text) {
    std::istringstream file{text};
    return sum_counters(file, names);
}

TEST(TcpCounters, AreAddedUp) {
    EXPECT_EQ(sum("TcpExt: SyncookiesSent SyncookiesRecv TCPReqQFullDrop\n"
                  "TcpExt: 3 100 420\n"
                  "IpExt: InNoRoutes\n"
                  "IpExt: 7\n"),
              423U);
}

TEST(TcpCounters, AreNotKnownWhereTheKernelDoesNotTell) {
    EXPECT_EQ(sum(""), std::nullopt);
    EXPECT_EQ(sum("TcpExt: Other\nTcpExt: 1\n"), std::nullopt);
    EXPECT_EQ(sum("TcpExt: SyncookiesSent\n"), std::nullopt);
    EXPECT_EQ(sum("TcpExt: SyncookiesSent\nTcpExt: x\n"), 0U);
}

TEST(TcpCounters, ThisKernelTells) {
    EXPECT_TRUE(lost_handshakes().has_value());
    EXPECT_TRUE(received_segments().has_value());
}

}  // namespace
}  // namespace pt::server
