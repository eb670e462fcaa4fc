#include "client/probe/probe_list.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

IpAddress address(const char* text) { return *IpAddress::parse(text); }

std::shared_ptr<const PortSet> ports(std::initializer_list<std::pair<Protocol, int>> list) {
    auto set = std::make_shared<PortSet>();
    for (const auto& [protocol, port] : list) {
        set->insert(protocol, Port{static_cast<std::uint16_t>(port)});
    }
    return set;
}

const auto both = ports({{Protocol::tcp, 22},
                         {Protocol::tcp, 80},
                         {Protocol::tcp, 81},
                         {Protocol::udp, 53},
                         {Protocol::udp, 80}});
const auto udp_only = ports({{Protocol::udp, 80}});

TEST(ProbeList, NumbersTheEndpointsOfOneProtocolByBlockAndPort) {
    const std::vector<ProbeBlock> blocks{{0, address("192.0.2.1"), both},
                                         {1, address("192.0.2.2"), udp_only},
                                         {2, address("2001:db8::1"), both}};
    const ProbeList tcp{blocks, Protocol::tcp};
    const ProbeList udp{blocks, Protocol::udp};
    ASSERT_EQ(tcp.size(), 6U);
    ASSERT_EQ(udp.size(), 5U);
    EXPECT_EQ(tcp.endpoint(Slot{0}).to_string(), "tcp 192.0.2.1:22");
    EXPECT_EQ(tcp.endpoint(Slot{2}).to_string(), "tcp 192.0.2.1:81");
    EXPECT_EQ(tcp.endpoint(Slot{3}).to_string(), "tcp [2001:db8::1]:22");
    EXPECT_EQ(tcp.host(Slot{3}), 2U);
    EXPECT_EQ(tcp.block(Slot{3}), 1U) << "a block without a port of the protocol does not count";
    EXPECT_EQ(udp.endpoint(Slot{2}).to_string(), "udp 192.0.2.2:80");
    EXPECT_EQ(udp.address(udp.block(Slot{2})), address("192.0.2.2"));
}

TEST(ProbeList, FindsTheSlotOfEveryEndpointAndOfNoOther) {
    const std::vector<ProbeBlock> blocks{{0, address("192.0.2.9"), both},
                                         {1, address("192.0.2.1"), both}};
    const ProbeList list{blocks, Protocol::tcp};
    for (std::size_t index = 0; index < list.size(); ++index) {
        const Slot slot = slot_at(index);
        EXPECT_EQ(list.find(list.endpoint(slot).socket_address()), slot);
    }
    EXPECT_FALSE(list.find({address("192.0.2.9"), Port{79}}));
    EXPECT_FALSE(list.find({address("192.0.2.9"), Port{82}}));
    EXPECT_FALSE(list.find({address("192.0.2.9"), Port{1}}));
    EXPECT_FALSE(list.find({address("192.0.2.2"), Port{22}}));
}

TEST(ProbeList, LeavesOutNamesWithoutAnAddress) {
    const ProbeList list{{{0, IpAddress{}, both}}, Protocol::tcp};
    EXPECT_EQ(list.size(), 0U);
    EXPECT_FALSE(list.find({IpAddress{}, Port{22}}));
}

TEST(ProbeList, HoldsEveryPort) {
    auto all = std::make_shared<PortSet>();
    all->insert(Protocol::udp, Port{1}, Port{65535});
    const ProbeList list{{{0, address("192.0.2.1"), all}}, Protocol::udp};
    ASSERT_EQ(list.size(), 65'535U);
    EXPECT_EQ(list.endpoint(Slot{65'534}).port, Port{65535});
    EXPECT_EQ(list.find({address("192.0.2.1"), Port{65535}}), Slot{65'534});
}

TEST(ListBlocks, OfSeveralAddressesTakesTheFirstUnlessAllAreWanted) {
    const Targets targets{{"a", both}, {"gone", both}};
    const std::vector<net::Resolution> resolutions{
        {{address("192.0.2.1"), address("2001:db8::1")}, ""}, {{}, "Name or service not known"}};
    EXPECT_EQ(list_blocks(targets, resolutions, false).size(), 2U);
    const auto all = list_blocks(targets, resolutions, true);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[1].address, address("2001:db8::1"));
    EXPECT_EQ(all[1].host, 0U);
    EXPECT_EQ(all[2].address, IpAddress{}) << "its ports are reported all the same";
}

}  // namespace
}  // namespace pt::client
