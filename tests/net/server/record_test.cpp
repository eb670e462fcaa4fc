// What the server records of arrivals and tells of them when it is asked, over loopback; and that
// its own failures are told as such.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "common/core/inquiry.hpp"
#include "common/core/syn_mark.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/sockaddr.hpp"
#include "peer.hpp"
#include "running_server.hpp"
#include "tests/cannot_test.hpp"
#include "tests/net/failing_call.hpp"

namespace pt::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t session = 0x5E5510;

/// A client that has made itself known to the server by a datagram, and asks over UDP.
class Client {
public:
    explicit Client(const SocketAddress& udp) : peer_{udp}, port_{udp.port} {
        // Sent at the very beginning of its scan.
        peer_.send(encode_request(header(1)));
        EXPECT_TRUE(peer_.receive_reply());
    }

    std::optional<InquiryAnswer> ask(Inquiry::Kind kind, Protocol protocol, Port port) const {
        peer_.send(encode_query(header(2), {kind, protocol, port, 1, 1000, 1}));
        const auto received = peer_.receive();
        if (!received) {
            return std::nullopt;
        }
        const auto answer = decode(received->bytes);
        return answer ? decode_answer(*answer, received->bytes) : std::nullopt;
    }
    PortRecord record(Protocol protocol, Port port) const {
        const auto answer = ask(Inquiry::Kind::journal, protocol, port);
        EXPECT_TRUE(answer);
        return answer ? to_record(protocol, answer->values[0]) : PortRecord{};
    }
    PortState state(Protocol protocol, Port port) const {
        const auto answer = ask(Inquiry::Kind::manifest, protocol, port);
        EXPECT_TRUE(answer);
        return answer ? to_port_state(answer->values[0]) : PortState::failed;
    }

private:
    Frame header(std::uint32_t sequence) const {
        Frame frame;
        frame.protocol = Protocol::udp;
        frame.nonce = {session, sequence};
        frame.port = port_;
        frame.attempt = 1;
        return frame;
    }

    UdpPeer peer_;
    Port port_;
};

/// Until it is so, or for some seconds.
template <typename Condition>
bool comes_true(Condition condition) {
    for (int turn = 0; turn < 500; ++turn) {
        if (condition()) {
            return true;
        }
        std::this_thread::sleep_for(10ms);
    }
    return false;
}

bool arrived(const PortRecord& record) { return record.attempt || record.established; }

/// A connection whose SYN says that it is an attempt on that port.
net::Descriptor connect_marked(const SocketAddress& server, Port says, unsigned attempt) {
    const net::Sockaddr remote{server};
    net::Descriptor opened{socket(remote.data()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    const int size = marked_mss(says, attempt);
    EXPECT_EQ(setsockopt(opened.get(), IPPROTO_TCP, TCP_MAXSEG, &size, sizeof size), 0);
    EXPECT_EQ(connect(opened.get(), remote.data(), remote.size()), 0);
    return opened;
}

TEST(RecordTest, TellsAConnectionWithoutDataAndForgetsItWhenAFrameComes) {
    for (const bool exact : {true, false}) {
        auto config = loopback_config();
        config.exact_record = exact;
        RunningServer server{config};
        const auto tcp = server.address(Protocol::tcp, v4_loopback);
        const Client client{server.address(Protocol::udp, v4_loopback)};
        const TcpPeer peer{tcp};
        EXPECT_TRUE(comes_true([&] { return client.record(Protocol::tcp, tcp.port).established; }));
        EXPECT_TRUE(client.record(Protocol::tcp, tcp.port).listening);
        ASSERT_TRUE(peer.send(request(Protocol::tcp, tcp.port, {session, 3})));
        ASSERT_TRUE(peer.receive_reply());
        const auto record = client.record(Protocol::tcp, tcp.port);
        EXPECT_TRUE(record.frame);
        EXPECT_FALSE(record.established);
    }
}

TEST(RecordTest, TheKernelCountsFirstSegmentsOfTheAddressThatTheyCameTo) {
    RunningServer server;
    if (server.record().find("exact:") == std::string::npos) {
        PT_CANNOT_TEST("no exact record here: it takes CAP_BPF and CAP_NET_ADMIN");
    }
    const auto tcp = server.address(Protocol::tcp, v4_loopback);
    const Client client{server.address(Protocol::udp, v4_loopback)};
    EXPECT_FALSE(arrived(client.record(Protocol::tcp, tcp.port)));
    const TcpPeer peer{tcp};
    EXPECT_TRUE(arrived(client.record(Protocol::tcp, tcp.port))) << "it came before the query";
    EXPECT_TRUE(client.ask(Inquiry::Kind::journal, Protocol::tcp, tcp.port)->exact_record);
    const auto tcp6 = server.address(Protocol::tcp, v6_loopback);
    const Client client6{server.address(Protocol::udp, v6_loopback)};
    EXPECT_FALSE(arrived(client6.record(Protocol::tcp, tcp6.port))) << "it came to 127.0.0.1";
    const TcpPeer peer6{tcp6};
    EXPECT_TRUE(arrived(client6.record(Protocol::tcp, tcp6.port)));
}

TEST(RecordTest, TheKernelComparesMarksWithThePortThatSynsCameTo) {
    for (const auto& loopback : {v4_loopback, v6_loopback}) {
        RunningServer server;
        if (server.record().find("exact:") == std::string::npos) {
            PT_CANNOT_TEST("no exact record here: it takes CAP_BPF and CAP_NET_ADMIN");
        }
        const auto tcp = server.address(Protocol::tcp, loopback);
        const Client client{server.address(Protocol::udp, loopback)};
        const auto first = connect_marked(tcp, tcp.port, 1);
        EXPECT_TRUE(arrived(client.record(Protocol::tcp, tcp.port)));
        EXPECT_FALSE(client.record(Protocol::tcp, tcp.port).marked) << "others share that mark";
        const auto second = connect_marked(tcp, tcp.port, 2);
        EXPECT_TRUE(client.record(Protocol::tcp, tcp.port).marked);
        // Of another port, as if a device had rewritten it.
        const Port other{static_cast<std::uint16_t>(to_number(tcp.port) ^ 0x0101U)};
        EXPECT_FALSE(client.record(Protocol::tcp, other).astray);
        const auto astray = connect_marked(tcp, other, 1);
        EXPECT_TRUE(client.record(Protocol::tcp, other).astray);
        EXPECT_TRUE(client.record(Protocol::tcp, tcp.port).marked) << "its own came too";
        const TcpPeer unmarked{tcp};
        EXPECT_FALSE(client.record(Protocol::tcp, tcp.port).marked);
    }
}

TEST(RecordTest, ADatagramThatIsNoFrameMayBeAnybodys) {
    RunningServer server{loopback_config({"udp/0", "udp/0"})};
    const auto udp = server.address(Protocol::udp, v4_loopback);
    const Client client{udp};
    const UdpPeer stranger{udp};
    stranger.send(to_bytes("no frame"));
    EXPECT_TRUE(comes_true([&] { return client.record(Protocol::udp, udp.port).other; }));
}

TEST(RecordTest, DatagramsThatAFullQueueDropsMakeTheRecordIncomplete) {
    RunningServer server{loopback_config({"udp/0"})};
    const auto udp = server.address(Protocol::udp, v4_loopback);
    const Client client{udp};
    EXPECT_FALSE(client.record(Protocol::udp, udp.port).incomplete);
    const UdpPeer flood{udp};
    const Bytes large(60'000);
    // While the server's thread waits here, nothing is read.
    server.on_its_thread([&](server::Server&) {
        for (int i = 0; i < 1000; ++i) {
            flood.send(large);
        }
    });
    EXPECT_TRUE(comes_true([&] { return client.record(Protocol::udp, udp.port).incomplete; }));
}

/// This process may open no more descriptors while it lives.
class NoDescriptors {
public:
    NoDescriptors() {
        getrlimit(RLIMIT_NOFILE, &before_);
        rlimit none = before_;
        none.rlim_cur = 0;
        setrlimit(RLIMIT_NOFILE, &none);
    }
    ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

private:
    rlimit before_{};
};

TEST(RecordTest, APortThatCannotAcceptIsDeafUntilItCan) {
    RunningServer server;
    const auto tcp = server.address(Protocol::tcp, v4_loopback);
    const Client client{server.address(Protocol::udp, v4_loopback)};
    const auto state = [&] { return client.state(Protocol::tcp, tcp.port); };
    EXPECT_EQ(state(), PortState::listening);
    std::optional<TcpPeer> peer;
    {
        std::optional<NoDescriptors> none;
        // Its thread is here while the connection comes, and accepts it when there are none left.
        server.on_its_thread([&](server::Server&) {
            peer.emplace(tcp);
            none.emplace();
        });
        EXPECT_TRUE(comes_true([&] { return state() == PortState::deaf; }));
        EXPECT_TRUE(client.record(Protocol::tcp, tcp.port).deaf);
    }
    EXPECT_TRUE(comes_true([&] { return state() == PortState::listening; }));
    EXPECT_TRUE(client.record(Protocol::tcp, tcp.port).deaf) << "it was, during the scan";
    ASSERT_TRUE(peer->send(request(Protocol::tcp, tcp.port, {session, 3})));
    EXPECT_TRUE(peer->receive_reply());
}

TEST(Record, APortOnWhichEveryAcceptFailsIsDeaf) {
    RunningServer server;
    const auto tcp = server.address(Protocol::tcp, v4_loopback);
    const Client client{server.address(Protocol::udp, v4_loopback)};
    server.on_its_thread([](server::Server&) { fail_calls(SYS_accept4, ECONNABORTED); });
    const TcpPeer peer{tcp};
    EXPECT_TRUE(
        comes_true([&] { return client.state(Protocol::tcp, tcp.port) == PortState::deaf; }));
    EXPECT_TRUE(client.record(Protocol::tcp, tcp.port).deaf);
}

}  // namespace
}  // namespace pt::test
