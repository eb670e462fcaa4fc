// What the server logs of peers: enough to follow, never a line for each packet.
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "common/net/log.hpp"
#include "peer.hpp"
#include "running_server.hpp"

namespace pt::test {
namespace {

/// The log of a server while `action` runs against it, and of its end.
std::string log_of(const server::ServerConfig& config, std::string_view level,
                   const std::function<void(RunningServer&)>& action) {
    testing::internal::CaptureStderr();
    {
        RunningServer server{config};
        server.on_its_thread(
            [&](server::Server&) { net::set_up_log(net::LogFormat::text, level); });
        action(server);
    }
    return testing::internal::GetCapturedStderr();
}

std::size_t occurrences(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

void exchange_both(RunningServer& server, std::uint32_t rounds) {
    const auto tcp = server.address(Protocol::tcp, v4_loopback);
    const auto udp = server.address(Protocol::udp, v4_loopback);
    const UdpPeer udp_peer{udp, v4_loopback};
    for (std::uint32_t i = 1; i <= rounds; ++i) {
        const TcpPeer tcp_peer{tcp};
        ASSERT_TRUE(tcp_peer.send(request(Protocol::tcp, tcp.port, {1, i})));
        ASSERT_TRUE(tcp_peer.receive_reply());
        udp_peer.expect_nothing_but_echo({2, i});
    }
}

TEST(LogLinesTest, ANewPeerIsOneLineForEachPortOfEachProtocol) {
    std::string tcp;
    std::string udp;
    const auto log = log_of(loopback_config(), "info", [&](RunningServer& server) {
        tcp = "tcp " + std::to_string(to_number(server.address(Protocol::tcp, v4_loopback).port));
        udp = "udp " + std::to_string(to_number(server.address(Protocol::udp, v4_loopback).port));
        exchange_both(server, 20);
    });
    EXPECT_EQ(occurrences(log, tcp), 1U) << log;
    EXPECT_EQ(occurrences(log, udp), 1U) << log;
    EXPECT_EQ(occurrences(log, ": first frame from 127.0.0.1:"), 2U) << log;
}

TEST(LogLinesTest, SilenceIsToldOnlyToWhoDebugs) {
    const auto send_foreign = [](RunningServer& server) {
        const UdpPeer peer{server.address(Protocol::udp, v4_loopback)};
        peer.send(to_bytes("\x1b[31mnot ours\r\n"));
        peer.expect_nothing_but_echo({1, 1});
    };
    EXPECT_EQ(occurrences(log_of(loopback_config(), "info", send_foreign), "not answered"), 0U);
    const auto log = log_of(loopback_config(), "debug", send_foreign);
    EXPECT_EQ(occurrences(log, "not answered, not a pt frame; from 127.0.0.1:"), 1U) << log;
    EXPECT_EQ(log.find("not ours"), std::string::npos) << log;
}

TEST(LogLinesTest, MakingRoomIsSaidOnceForMany) {
    auto config = loopback_config();
    config.max_connections = 5;
    const auto log = log_of(config, "warn", [](RunningServer& server) {
        const auto tcp = server.address(Protocol::tcp, v4_loopback);
        std::vector<TcpPeer> mute;
        for (int i = 0; i < 100; ++i) {
            mute.emplace_back(tcp);
        }
        const TcpPeer last{tcp};
        ASSERT_TRUE(last.send(request(Protocol::tcp, tcp.port, {1, 1})));
        ASSERT_TRUE(last.receive_reply());
    });
    EXPECT_EQ(occurrences(log, "the cap on connections is reached"), 1U) << log;
    EXPECT_EQ(occurrences(log, "\n"), 1U) << log;
}

}  // namespace
}  // namespace pt::test
