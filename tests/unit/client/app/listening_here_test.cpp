#include "client/app/listening_here.hpp"

#include <gtest/gtest.h>

#include <bit>

#include "tests/cannot_test.hpp"

namespace pt::client {
namespace {

const IpAddress v4 = *IpAddress::parse("127.0.0.1");
const IpAddress v6 = *IpAddress::parse("::1");

constexpr std::string_view head = "  sl  local_address rem_address   st tx_queue rx_queue\n";

std::string said(std::string_view lines, Protocol protocol, const IpAddress& loopback,
                 std::size_t most = 9) {
    return listening_ports(std::string{head} + std::string{lines}, protocol, loopback, most)
        .to_string();
}

TEST(ListeningHere, TakesListenersOfEveryAddressAndOfTheLoopbackOne) {
    if (std::endian::native != std::endian::little) {
        PT_CANNOT_TEST("the samples are of a little-endian machine: run this on one");
    }
    EXPECT_EQ(said("   0: 00000000:01BB 00000000:0000 0A 0\n"
                   "   1: 0100007F:0035 00000000:0000 0A 0\n"
                   "   2: 0B00007F:8F7B 00000000:0000 0A 0\n"   // 127.0.0.11: Docker's name server
                   "   3: 0100007F:0050 0100007F:D431 01 0\n",  // a connection
                   Protocol::tcp, v4),
              "tcp/53,443");
    EXPECT_EQ(said("   0: 00000000000000000000000000000000:01BB "
                   "00000000000000000000000000000000:0000 0A 0\n"
                   "   1: 00000000000000000000000001000000:0035 "
                   "00000000000000000000000000000000:0000 0A 0\n",
                   Protocol::tcp, v6),
              "tcp/53,443");
}

TEST(ListeningHere, TakesUdpSocketsThatAreNotConnected) {
    EXPECT_EQ(said("   0: 00000000:14E9 00000000:0000 07 0\n"
                   "   1: 00000000:D431 0100007F:0035 01 0\n",
                   Protocol::udp, v4),
              "udp/5353");
}

TEST(ListeningHere, TakesNoMoreThanWanted) {
    EXPECT_EQ(said("0: 00000000:0001 00000000:0000 0A\n1: 00000000:0002 00000000:0000 0A\n",
                   Protocol::tcp, v4, 1),
              "tcp/1");
}

TEST(ListeningHere, PassesOverWhatIsNoSocket) {
    EXPECT_EQ(said("\n0:\n0: 00000000 0 0A\n0: 00000000: 0 0A\n0: 00000000:XY 0 0A\n"
                   "0: 00000000:1FFFF 0 0A\n0: :0050 0 0A\n",
                   Protocol::tcp, v4),
              "");
    EXPECT_EQ(listening_ports("", Protocol::tcp, v4, 1).to_string(), "");
}

}  // namespace
}  // namespace pt::client
