// What becomes of the ports that were asked for.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "common/net/sockaddr.hpp"
#include "peer.hpp"
#include "running_server.hpp"
#include "server/ports/open_sockets.hpp"
#include "tests/cannot_test.hpp"

namespace pt::test {
namespace {

using server::open_sockets;
using server::OpenResult;

const IpAddress any_v4{IpAddress::V4Bytes{}};
constexpr std::size_t no_ceiling = 1U << 20U;

PortSet one_port(Protocol protocol, Port port) {
    PortSet ports;
    ports.insert(protocol, port);
    return ports;
}

TEST(OpenSocketsTest, PortZeroIsTheSamePortOnAllAddresses) {
    for (const auto protocol : all_protocols) {
        const auto opened =
            open_sockets(one_port(protocol, Port{0}), {v4_loopback, v6_loopback}, no_ceiling);
        ASSERT_EQ(opened.table.size(), 2U);
        ASSERT_EQ(opened.sockets.size(), 2U);
        EXPECT_NE(opened.table[0].port, Port{0});
        EXPECT_EQ(opened.table[0].port, opened.table[1].port);
        EXPECT_EQ(net::local_address(opened.sockets[1].descriptor.get()),
                  (SocketAddress{v6_loopback, opened.table[1].port}));
    }
}

TEST(OpenSocketsTest, APortInUseIsSaidToBeAndTheOthersOpen) {
    for (const auto protocol : all_protocols) {
        const auto first = open_sockets(one_port(protocol, Port{0}), {v4_loopback}, no_ceiling);
        const Port taken = first.table.at(0).port;
        auto ports = one_port(protocol, taken);
        ports.insert(protocol, Port{0});
        const auto second = open_sockets(ports, {v4_loopback, v6_loopback}, no_ceiling);
        ASSERT_EQ(second.table.size(), 4U);
        EXPECT_EQ(second.sockets.size(), 3U);
        const auto entry = std::find_if(
            second.table.begin(), second.table.end(),
            [&](const auto& one) { return one.port == taken && one.address == v4_loopback; });
        ASSERT_NE(entry, second.table.end());
        EXPECT_EQ(entry->state, PortState::in_use);
        EXPECT_EQ(entry->error, EADDRINUSE);
        EXPECT_TRUE(std::is_sorted(
            second.table.begin(), second.table.end(),
            [](const auto& left, const auto& right) { return left.port < right.port; }));
    }
}

TEST(OpenSocketsTest, AnAddressOfAnotherMachineIsNotAvailable) {
    // RFC 5737 and RFC 3849: for documentation, so no machine has them.
    const std::vector<IpAddress> elsewhere{*IpAddress::parse("192.0.2.1"),
                                           *IpAddress::parse("2001:db8::1")};
    const auto opened = open_sockets(one_port(Protocol::tcp, Port{0}), elsewhere, no_ceiling);
    ASSERT_EQ(opened.table.size(), 2U);
    EXPECT_TRUE(opened.sockets.empty());
    for (const auto& entry : opened.table) {
        EXPECT_EQ(entry.state, PortState::address_not_available) << entry.address.to_string();
    }
}

TEST(OpenSocketsTest, ALowPortNeedsPermission) {
    constexpr uid_t nobody = 65534;
    // In a network of its own, that this thread alone enters, low ports are not open to everyone.
    bool entered = false;
    OpenResult opened;
    std::thread{[&] {
        entered = geteuid() == 0 && unshare(CLONE_NEWNET) == 0;
        if (entered && seteuid(nobody) == 0) {
            opened = open_sockets(one_port(Protocol::tcp, Port{1}), {any_v4}, no_ceiling);
            entered = seteuid(0) == 0;
        }
    }}.join();
    if (!entered) {
        PT_CANNOT_TEST("needs a network namespace of its own: run as root, with CAP_SYS_ADMIN");
    }
    EXPECT_EQ(opened.table.at(0).state, PortState::no_permission);
}

TEST(OpenSocketsTest, DescriptorsAboveTheCeilingAreLeft) {
    PortSet ports;
    ports.insert(Protocol::tcp, Port{21'000}, Port{21'099});
    const auto opened = open_sockets(ports, {v4_loopback}, 30);
    ASSERT_EQ(opened.table.size(), 100U);
    EXPECT_GT(opened.sockets.size(), 0U);
    EXPECT_LT(opened.sockets.size(), 30U);
    EXPECT_EQ(opened.table.back().state, PortState::no_descriptors);
}

TEST(OpenSocketsTest, TheDefaultIsEveryAddressOfBothFamilies) {
    const auto addresses = server::default_addresses();
    ASSERT_FALSE(addresses.empty());
    EXPECT_TRUE(std::all_of(addresses.begin(), addresses.end(),
                            [](const auto& address) { return address.is_unspecified(); }));
    server::ServerConfig config;
    config.ports = one_port(Protocol::tcp, Port{0});
    RunningServer server{config};
    const Port port = server.address(Protocol::tcp, addresses.front()).port;
    for (const auto* loopback : {&v4_loopback, &v6_loopback}) {
        const TcpPeer peer{{*loopback, port}};
        ASSERT_TRUE(peer.send(request(Protocol::tcp, port, {1, 1})));
        const auto echo = peer.receive_reply();
        ASSERT_TRUE(echo);
        EXPECT_EQ(echo->seen_destination, (SocketAddress{*loopback, port}));
    }
}

}  // namespace
}  // namespace pt::test
