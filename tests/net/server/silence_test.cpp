// Whatever is not a valid request gets 0 bytes, and hostile sources get nothing at all.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <string>

#include "common/net/sockaddr.hpp"
#include "peer.hpp"
#include "running_server.hpp"
#include "tests/cannot_test.hpp"

namespace pt::test {
namespace {

using server::Silence;

struct Foreign {
    const char* name;
    Bytes bytes;
};

/// First messages of other protocols, as they open a conversation.
std::vector<Foreign> foreign_protocols() {
    Bytes dns{0x12, 0x34, 0x01, 0x00, 0,   1,   0,   0, 0, 0, 0, 0, 7,
              'e',  'x',  'a',  'm',  'p', 'l', 'e', 0, 0, 1, 0, 1};
    Bytes dns_stream{0, static_cast<std::uint8_t>(dns.size())};
    dns_stream.insert(dns_stream.end(), dns.begin(), dns.end());
    Bytes ntp(48);
    ntp[0] = 0x23;
    Bytes tls{0x16, 0x03, 0x01, 0x00, 0xC8, 0x01, 0x00, 0x00, 0xC4, 0x03, 0x03};
    tls.resize(205, 0x5A);
    Bytes quic(1200, 0);
    quic[0] = 0xC3;
    quic[4] = 0x01;
    Bytes stun{0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xA4, 0x42};
    stun.resize(20, 0x11);
    return {{"HTTP", to_bytes("GET / HTTP/1.1\r\nHost: example\r\n\r\n")},
            {"HTTP_TRACE", to_bytes("TRACE / HTTP/1.1\r\nHost: example\r\n\r\n")},
            {"TLS", tls},
            {"SSH", to_bytes("SSH-2.0-OpenSSH_9.2p1\r\n")},
            {"SMTP", to_bytes("EHLO example\r\n")},
            {"DNS", dns},
            {"DNS_over_TCP", dns_stream},
            {"NTP", ntp},
            {"QUIC", quic},
            {"STUN", stun},
            {"Newlines", to_bytes("\r\n\r\n\r\n")},
            {"Zeros", Bytes(1000, 0)}};
}

Bytes reply_frame(FrameType type, Protocol protocol) {
    Frame frame = *decode(request(protocol, Port{1}, {1, 1}));
    frame.type = type;
    frame.length = frame_header_size;
    Bytes bytes(frame_header_size);
    encode_header(frame, bytes);
    return bytes;
}

/// Near misses: each is all but a valid request.
std::vector<Foreign> near_misses(Protocol protocol) {
    const auto valid = request(protocol, Port{1}, {1, 1});
    const auto other = protocol == Protocol::tcp ? Protocol::udp : Protocol::tcp;
    auto bad_version = valid;
    bad_version[3] = 2;
    auto bad_type = valid;
    bad_type[4] = 0;
    auto keyed = valid;
    keyed[11] = 1;
    return {{"BadVersion", bad_version},
            {"BadType", bad_type},
            {"UnknownKey", keyed},
            {"Reply", reply_frame(FrameType::reply, protocol)},
            {"Answer", reply_frame(FrameType::answer, protocol)},
            {"OtherProtocol", request(other, Port{1}, {1, 1})}};
}

class SilenceTest : public testing::TestWithParam<const IpAddress*> {
protected:
    void expect_silent_close(const Foreign& foreign) {
        const TcpPeer peer{server_.address(Protocol::tcp, *GetParam())};
        peer.send(foreign.bytes);
        const auto rest = peer.receive_rest();
        EXPECT_TRUE(rest.bytes.empty()) << foreign.name << ": " << rest.bytes.size() << " bytes";
        EXPECT_NE(rest.end, StreamEnd::open) << foreign.name;
    }

    RunningServer server_;
};

INSTANTIATE_TEST_SUITE_P(Loopback, SilenceTest, testing::Values(&v4_loopback, &v6_loopback),
                         family_name);

TEST_P(SilenceTest, TcpClosesOnForeignProtocolsAtOnce) {
    std::uint64_t sent = 0;
    for (const auto& foreign : foreign_protocols()) {
        expect_silent_close(foreign);
        ++sent;
    }
    for (const auto& foreign : near_misses(Protocol::tcp)) {
        expect_silent_close(foreign);
        ++sent;
    }
    EXPECT_EQ(server_.counted(Protocol::tcp, *GetParam()), (server::PortCounters{sent, 0, sent}));
}

TEST_P(SilenceTest, UdpPassesOverForeignProtocols) {
    const UdpPeer peer{server_.address(Protocol::udp, *GetParam()), *GetParam()};
    std::uint64_t sent = 0;
    std::uint32_t sequence = 0;
    auto all = foreign_protocols();
    for (auto& miss : near_misses(Protocol::udp)) {
        all.push_back(std::move(miss));
    }
    auto valid = request(Protocol::udp, Port{1}, {1, 1});
    all.push_back({"OneShort", {valid.begin(), valid.end() - 1}});
    valid.push_back(0);
    all.push_back({"OneLong", valid});
    all.push_back({"Nothing", {}});
    all.push_back({"TooLong", Bytes(9000, 0x54)});
    for (const auto& foreign : all) {
        SCOPED_TRACE(foreign.name);
        peer.send(foreign.bytes);
        ++sent;
        peer.expect_nothing_but_echo({77, ++sequence});
    }
    const auto port = server_.address(Protocol::udp, *GetParam()).port;
    const auto& counters = server_.stop();
    EXPECT_EQ(counters.port(Protocol::udp, port), (server::PortCounters{0, sent, sent}));
    EXPECT_EQ(counters.silences(Protocol::udp, Silence::truncated), 1U);
    EXPECT_EQ(counters.silences(Protocol::udp, Silence::unknown_key), 1U);
    EXPECT_EQ(counters.silences(Protocol::udp, Silence::wrong_protocol), 1U);
    EXPECT_EQ(counters.silences(Protocol::udp, Silence::not_a_request), 2U);
    EXPECT_EQ(counters.silences(Protocol::udp, Silence::not_a_frame), sent - 5);
}

TEST_P(SilenceTest, RandomBytesGetNothing) {
    std::mt19937 random{20260101};
    const auto draw = [&](unsigned bound) { return static_cast<unsigned>(random()) % bound; };
    const UdpPeer peer{server_.address(Protocol::udp, *GetParam()), *GetParam()};
    for (std::uint32_t round = 1; round <= 200; ++round) {
        // Some begin as a frame does, so that the later checks are met too.
        Bytes bytes = draw(2) == 0 ? request(Protocol::udp, Port{1}, {1, 1}) : Bytes{};
        bytes.resize(draw(8));
        for (unsigned more = 1 + draw(300); more > 0; --more) {
            bytes.push_back(static_cast<std::uint8_t>(draw(256)));
        }
        peer.send(bytes);
        peer.expect_nothing_but_echo({78, round});
        if (round % 10 == 0) {
            // Whatever more is wanted would be wrong.
            bytes.resize(max_frame_size + 1);
            expect_silent_close({"random", bytes});
        }
    }
}

TEST_P(SilenceTest, ValidFramesBeforeABadByteAreAnswered) {
    const TcpPeer peer{server_.address(Protocol::tcp, *GetParam())};
    auto bytes = request(Protocol::tcp, Port{1}, {2, 1});
    bytes.push_back('X');
    ASSERT_TRUE(peer.send(bytes));
    const auto rest = peer.receive_rest();
    EXPECT_EQ(rest.bytes.size(), frame_header_size);
    EXPECT_NE(rest.end, StreamEnd::open);
}

TEST(HostileSourceTest, BroadcastGetsNothing) {
    auto config = loopback_config({"udp/0"});
    config.addresses = {IpAddress{IpAddress::V4Bytes{}}};
    RunningServer server{config};
    const Port port = server.address(Protocol::udp, config.addresses.front()).port;
    const UdpPeer peer{{v4_loopback, port}};
    const int on = 1;
    ASSERT_EQ(setsockopt(peer.descriptor(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on), 0);
    peer.send_to(request(Protocol::udp, port, {1, 1}),
                 {*IpAddress::parse("127.255.255.255"), port});
    peer.expect_nothing_but_echo({1, 2});
    EXPECT_EQ(server.stop().silences(Protocol::udp, Silence::destination_not_unicast), 1U);
}

/// A UDP datagram from an address and port of one's choice, which needs a raw socket.
class ForgedSource : public testing::Test {
protected:
    void SetUp() override {
        raw_ = net::Descriptor{socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_UDP)};
        if (!raw_.is_open()) {
            PT_CANNOT_TEST(std::string{"needs a raw socket: run as root, or with the capability "
                                       "CAP_NET_RAW: "} +
                           std::strerror(errno));
        }
    }

    void send(Port source, const SocketAddress& to, const Bytes& payload) const {
        udphdr header{};
        header.uh_sport = htons(to_number(source));
        header.uh_dport = htons(to_number(to.port));
        header.uh_ulen = htons(static_cast<std::uint16_t>(sizeof header + payload.size()));
        Bytes packet(sizeof header);
        std::memcpy(packet.data(), &header, sizeof header);
        packet.insert(packet.end(), payload.begin(), payload.end());
        const net::Sockaddr address{SocketAddress{to.address, Port{0}}};
        ASSERT_EQ(
            sendto(raw_.get(), packet.data(), packet.size(), 0, address.data(), address.size()),
            static_cast<ssize_t>(packet.size()))
            << std::strerror(errno);
    }

    net::Descriptor raw_;
};

TEST_F(ForgedSource, SourcePortZeroGetsNothing) {
    RunningServer server;
    const auto to = server.address(Protocol::udp, v4_loopback);
    send(Port{0}, to, request(Protocol::udp, to.port, {1, 1}));
    UdpPeer{to}.expect_nothing_but_echo({1, 2});
    EXPECT_EQ(server.stop().silences(Protocol::udp, Silence::source_port_zero), 1U);
}

TEST_F(ForgedSource, OwnAddressGetsNothing) {
    RunningServer server;
    const auto to = server.address(Protocol::udp, v4_loopback);
    send(to.port, to, request(Protocol::udp, to.port, {1, 1}));
    UdpPeer{to}.expect_nothing_but_echo({1, 2});
    const auto& counters = server.stop();
    EXPECT_EQ(counters.silences(Protocol::udp, Silence::own_address), 1U);
    EXPECT_EQ(counters.silences(Protocol::udp, Silence::not_a_request), 0U);
}

TEST_F(ForgedSource, TwoServersDoNotTalkToEachOther) {
    RunningServer first;
    RunningServer second;
    const auto one = first.address(Protocol::udp, v4_loopback);
    const auto two = second.address(Protocol::udp, v4_loopback);
    send(one.port, two, request(Protocol::udp, two.port, {1, 1}));
    // The second has then sent its echo to the first, and the first has passed it over.
    UdpPeer{two}.expect_nothing_but_echo({1, 2});
    UdpPeer{one}.expect_nothing_but_echo({1, 3});
    UdpPeer{two}.expect_nothing_but_echo({1, 4});
    EXPECT_EQ(first.counted(Protocol::udp, v4_loopback), (server::PortCounters{0, 1, 1}));
    EXPECT_EQ(second.counted(Protocol::udp, v4_loopback), (server::PortCounters{0, 3, 0}));
}

}  // namespace
}  // namespace pt::test
