#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <set>
#include <system_error>
#include <thread>

#include "common/net/descriptor.hpp"
#include "common/net/sockaddr.hpp"
#include "run_fixture.hpp"
#include "scripted_peer.hpp"

namespace pt::test {
namespace {

using namespace std::chrono_literals;
using End = TcpPeer::Script::End;

/// A port of loopback on which nothing listens, and that no other program gets meanwhile.
class ClosedTcpPort {
public:
    ClosedTcpPort() : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        const net::Sockaddr any{{*IpAddress::parse("127.0.0.1"), Port{0}}};
        if (::bind(socket_.get(), any.data(), any.size()) != 0) {
            throw std::system_error{errno, std::system_category(), "bind"};
        }
    }
    Endpoint endpoint() const {
        const SocketAddress local = net::local_address(socket_.get());
        return {Protocol::tcp, local.address, local.port};
    }

private:
    net::Descriptor socket_;
};

class TcpProbe : public RunFixture {
protected:
    client::Result against(TcpPeer::Script script, bool v6 = false) {
        TcpPeer peer{context_, std::move(script), v6};
        return probe_one(peer.endpoint());
    }
    /// One peer for each size of what it sends of its reply before it ends the connection so.
    std::vector<client::Result> against_each_size(End end) {
        settings_.tcp.plan = AttemptPlan{4, 2s};
        std::vector<std::unique_ptr<TcpPeer>> peers;
        std::vector<Endpoint> endpoints;
        for (std::size_t size = 0; size < frame_header_size; ++size) {
            const auto answer = [size](const Bytes& request) { return first_bytes(request, size); };
            peers.push_back(
                std::make_unique<TcpPeer>(context_, TcpPeer::Script{.answer = answer, .end = end}));
            endpoints.push_back(peers.back()->endpoint());
        }
        return probe(endpoints);
    }
    static Bytes first_bytes(const Bytes& request, std::size_t size) {
        Bytes reply = honest_reply(request);
        reply.resize(size);
        return reply;
    }
};

TEST_F(TcpProbe, AnIntactEchoIsOpen) {
    for (const bool v6 : {false, true}) {
        const auto result = against({}, v6);
        EXPECT_EQ(said(result), "open echo");
        EXPECT_EQ(result.attempts, 1U);
        EXPECT_EQ(result.rtt.samples(), 1U);
        ASSERT_TRUE(result.local);
        EXPECT_NE(result.local->port, Port{0});
        ASSERT_TRUE(result.seen);
        EXPECT_EQ(result.seen->instance, 0x5EEDU);
    }
}

/// More of them than sockets are kept for a further attempt.
TEST_F(TcpProbe, OpenAndClosedPortsInTurnAllAreWhatTheyAre) {
    std::vector<std::unique_ptr<TcpPeer>> peers;
    std::vector<ClosedTcpPort> closed(150);
    std::vector<Endpoint> endpoints;
    for (std::size_t i = 0; i < closed.size(); ++i) {
        const auto end = i % 2 == 0 ? End::close : End::stay;
        peers.push_back(std::make_unique<TcpPeer>(context_, TcpPeer::Script{.end = end}));
        endpoints.push_back(peers.back()->endpoint());
        endpoints.push_back(closed[i].endpoint());
    }
    const auto results = probe(endpoints);
    for (std::size_t i = 0; i < results.size(); ++i) {
        EXPECT_EQ(said(results[i]), i % 2 == 1 ? "closed reset" : "open echo") << i;
        ASSERT_TRUE(results[i].local);
        EXPECT_NE(results[i].local->port, Port{0});
    }
}

TEST_F(TcpProbe, AnEchoInSingleBytesIsOpen) {
    EXPECT_EQ(said(against({.one_byte_at_a_time = true})), "open echo");
}

TEST_F(TcpProbe, AResetAtAnyByteOfTheReplyIsNeverOpen) {
    // The reset may overtake bytes that were not read yet; it decides either way.
    for (const auto& result : against_each_size(End::reset)) {
        EXPECT_EQ(said(result), "answered data-reset");
    }
}

TEST_F(TcpProbe, AnEndAtAnyByteOfTheReplyIsNeverOpen) {
    const auto results = against_each_size(End::close);
    for (std::size_t size = 0; size < results.size(); ++size) {
        const std::string expected = size == 0                   ? "answered handshake"
                                     : size < frame_magic.size() ? "answered foreign-data"
                                                                 : "intercepted altered-echo";
        EXPECT_EQ(said(results[size]), expected) << "after " << size << " bytes";
    }
}

TEST_F(TcpProbe, AServerThatEndsAConnectionOrTwoIsAskedAgain) {
    settings_.tcp.plan = AttemptPlan{8, 4s};
    int connections = 0;
    const auto result = against({.answer =
                                     [&](const Bytes& request) {
                                         return ++connections < 3 ? Bytes{} : honest_reply(request);
                                     },
                                 .end = End::close});
    EXPECT_EQ(said(result), "open echo");
    EXPECT_EQ(result.attempts, 3U);
}

/// Bytes of the reply that say something of the server alone: the client cannot know them.
bool only_the_server_knows(std::size_t byte) {
    const bool flags = byte == 5;
    const bool time_and_cookie = byte >= 28 && byte < 44;
    const bool seen = byte >= 44 && byte < 86;
    const bool count_and_instance = byte >= 88 && byte < 100;
    const bool tag = byte >= 104;
    return flags || time_and_cookie || seen || count_and_instance || tag;
}

TEST_F(TcpProbe, AFlippedBitInWhatTheClientKnowsIsNeverOpen) {
    for (std::size_t byte = 0; byte < frame_header_size; ++byte) {
        if (only_the_server_knows(byte)) {
            continue;
        }
        const auto result = against({.answer = [&](const Bytes& request) {
            Bytes reply = honest_reply(request);
            reply[byte] ^= static_cast<std::uint8_t>(1U << (byte % 8));
            return reply;
        }});
        const std::string expected =
            byte < frame_magic.size() ? "answered foreign-data" : "intercepted altered-echo";
        EXPECT_EQ(said(result), expected) << "byte " << byte;
    }
}

TEST_F(TcpProbe, PaddingAlteredOnTheWayThereIsIntercepted) {
    const auto result = against({.answer = [](Bytes request) {
        request.back() ^= 0x40U;
        return honest_reply(request);
    }});
    EXPECT_EQ(said(result), "intercepted altered-echo");
}

TEST_F(TcpProbe, OurOwnRequestSentBackIsNoEcho) {
    const auto result = against({.answer = [](const Bytes& request) { return request; }});
    EXPECT_EQ(said(result), "answered foreign-data");
    ASSERT_FALSE(result.notes.empty());
    EXPECT_EQ(result.notes.back(), "the request itself was sent back: an echo service, or a loop");
}

TEST_F(TcpProbe, AConnectThatMeetsItselfTellsOfNobody) {
    const Endpoint here{Protocol::tcp, *IpAddress::parse("127.0.0.1"), Port{45'000}};
    settings_.tcp.source.port = here.port;
    wait_for_silence_only(200ms, 2);
    EXPECT_EQ(said(probe({here})[0]), "untested local-error");
}

TEST_F(TcpProbe, ABannerIsAnotherService) {
    const auto banner = [](const Bytes&) {
        const std::string text = "SSH-2.0-OpenSSH_9.2\r\n";
        return Bytes{text.begin(), text.end()};
    };
    EXPECT_EQ(said(against({.answer = banner, .speak_first = true})), "answered foreign-data");
    EXPECT_EQ(said(against({.answer = banner})), "answered foreign-data");
}

TEST_F(TcpProbe, AMuteListenerIsNeverOpen) {
    wait_for_silence_only(600ms, 3);
    const auto result = against({.answer = [](const Bytes&) { return Bytes{}; }});
    EXPECT_EQ(said(result), "answered handshake");
    EXPECT_EQ(result.notes,
              std::vector<std::string>{
                  "the peer's TCP acknowledged the request, but no reply was received"});
}

TEST_F(TcpProbe, ARefusedConnectIsClosed) {
    EXPECT_EQ(said(probe_one(ClosedTcpPort{}.endpoint())), "closed reset");
}

TEST_F(TcpProbe, AResetAfterTheHandshakeIsCutWherePtServerHasProvedItself) {
    settings_.tcp.plan = AttemptPlan{4, 1s};
    TcpPeer honest{context_, {}};
    TcpPeer resetting{context_,
                      {.answer = [](const Bytes&) { return Bytes{}; }, .end = End::reset}};
    const auto results = probe({resetting.endpoint(), honest.endpoint()});
    EXPECT_EQ(said(results[0]), "cut data-reset");
    EXPECT_EQ(said(results[1]), "open echo");
}

TEST_F(TcpProbe, CountSendsThatManyFramesOnOneConnection) {
    settings_.tcp.count = 50;
    const auto result = against({});
    EXPECT_EQ(said(result), "open echo");
    EXPECT_EQ(result.rtt.samples(), 50U);
    EXPECT_EQ(result.frames_sent, 50U);
    EXPECT_EQ(result.frames_lost, 0U);
}

TEST_F(TcpProbe, AConnectionThatEndsWhileFramesAreDueStaysOpenAndCountsTheLoss) {
    settings_.tcp.count = 5;
    const auto result = against({.end = End::reset});
    EXPECT_EQ(said(result), "open echo");
    EXPECT_EQ(result.rtt.samples(), 1U);
    EXPECT_EQ(result.frames_lost, 1U);
}

/// As the machine's sleep does: the echo has come in time, and is read when its time is over.
TEST_F(TcpProbe, AStallOfTheClientLosesNoFrames) {
    settings_.tcp.plan = AttemptPlan{4, 1s};
    settings_.tcp.count = 5;
    boost::asio::io_context elsewhere{1};
    TcpPeer peer{elsewhere, {.delay = 200ms}};
    std::thread others{[&] { elsewhere.run(); }};
    boost::asio::steady_timer stall{context_, 300ms};
    stall.async_wait([](boost::system::error_code) { std::this_thread::sleep_for(1500ms); });
    const auto result = probe_one(peer.endpoint());
    elsewhere.stop();
    others.join();
    EXPECT_EQ(said(result), "open echo");
    EXPECT_EQ(result.frames_sent, 5U);
    EXPECT_EQ(result.frames_lost, 0U);
}

TEST_F(TcpProbe, TwoDescriptorsSufficeForManyPorts) {
    settings_.descriptors = 2;
    std::vector<std::unique_ptr<TcpPeer>> peers;
    std::vector<Endpoint> endpoints;
    for (int port = 0; port < 40; ++port) {
        peers.push_back(std::make_unique<TcpPeer>(context_, TcpPeer::Script{}));
        endpoints.push_back(peers.back()->endpoint());
    }
    for (const auto& result : probe(endpoints)) {
        EXPECT_EQ(said(result), "open echo");
    }
}

TEST_F(TcpProbe, ASourceAddressThatIsNotOursIsALocalError) {
    settings_.tcp.source.address = IpAddress::parse("192.0.2.1");
    const auto result = against({});
    EXPECT_EQ(said(result), "untested local-error");
    EXPECT_EQ(result.local_error, EADDRNOTAVAIL);
}

}  // namespace
}  // namespace pt::test
