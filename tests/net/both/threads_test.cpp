#include <boost/asio/executor_work_guard.hpp>
#include <map>
#include <set>

#include "server/app/server.hpp"
#include "tests/net/client/run_fixture.hpp"
#include "tests/net/client/scripted_peer.hpp"

/// The real client and a real server of several threads, over loopback.
namespace pt::test {
namespace {

using namespace std::chrono_literals;

constexpr unsigned threads = 4;
constexpr int ports = 40;

class Threads : public RunFixture {
protected:
    Threads() {
        settings_.ask_journal = true;
        server::ServerConfig config;
        config.ports = free_ports();
        config.addresses = {loopback_};
        config.threads = threads;
        server_ = std::make_unique<server::Server>(context_, config);
        server_->start();
    }
    ~Threads() override { stop(); }

    /// Runs until all threads have drained.
    void stop() {
        if (!server_) {
            return;
        }
        bool drained = false;
        server_->stop([&] { drained = true; });
        context_.restart();
        context_.run_for(10s);
        EXPECT_TRUE(drained);
        server_->end_threads();
        counters_ = server_->counters();
        server_.reset();
    }

    /// All of the server's ports of one protocol.
    std::vector<Endpoint> held(Protocol protocol) const {
        std::vector<Endpoint> endpoints;
        for (const auto& entry : server_->ports()) {
            if (entry.protocol == protocol) {
                EXPECT_EQ(entry.state, PortState::listening);
                endpoints.push_back({protocol, loopback_, entry.port});
            }
        }
        return endpoints;
    }

    const IpAddress loopback_ = *IpAddress::parse("127.0.0.1");
    std::unique_ptr<server::Server> server_;
    server::Counters counters_;

private:
    /// Ports that the kernel gives to sockets which are closed again.
    PortSet free_ports() {
        PortSet found;
        std::vector<std::unique_ptr<UdpPeer>> peers;
        for (int i = 0; i < ports; ++i) {
            peers.push_back(std::make_unique<UdpPeer>(
                context_, [](const Bytes&, int) { return std::vector<Bytes>{}; }));
            found.insert(Protocol::udp, peers.back()->endpoint().port);
        }
        found.insert(Protocol::tcp, Port{0});
        return found;
    }
};

TEST_F(Threads, EveryPortEchoesWhicheverThreadHearsIt) {
    auto endpoints = held(Protocol::udp);
    const auto tcp = held(Protocol::tcp);
    ASSERT_EQ(endpoints.size(), static_cast<std::size_t>(ports));
    endpoints.insert(endpoints.end(), tcp.begin(), tcp.end());
    std::set<std::uint64_t> instances;
    for (const auto& result : probe(endpoints)) {
        EXPECT_EQ(said(result), "open echo") << result.endpoint.to_string();
        if (result.seen) {
            instances.insert(result.seen->instance);
        }
    }
    EXPECT_EQ(instances.size(), 1U) << "they are one server";
    stop();
    EXPECT_EQ(counters_.total(Protocol::udp).echoes, static_cast<std::uint64_t>(ports));
    EXPECT_EQ(counters_.total(Protocol::tcp).echoes, 1U);
}

TEST_F(Threads, AnyOfThemTellsOfPortsThatAreNotHeld) {
    wait_for_silence_only(200ms, 2);
    UdpPeer mute{context_, [](const Bytes&, int) { return std::vector<Bytes>{}; }};
    for (int run = 0; run < 10; ++run) {
        const auto results = probe({mute.endpoint(), held(Protocol::tcp).front()});
        EXPECT_EQ(said(results[0]), "untested not-listening");
    }
}

TEST_F(Threads, ManyFramesAreCountedOnce) {
    settings_.udp.count = 50;
    settings_.tcp.count = 50;
    auto endpoints = held(Protocol::udp);
    const auto tcp = held(Protocol::tcp);
    endpoints.insert(endpoints.end(), tcp.begin(), tcp.end());
    for (const auto& result : probe(endpoints)) {
        EXPECT_EQ(said(result), "open echo");
    }
    stop();
    EXPECT_GE(counters_.total(Protocol::udp).echoes, static_cast<std::uint64_t>(ports) * 50);
    EXPECT_EQ(counters_.total(Protocol::tcp).echoes, 50U);
}

TEST_F(Threads, APortOfOursIsNoneThatAnotherServerShares) {
    server::ServerConfig config;
    config.ports.insert(Protocol::udp, held(Protocol::udp).front().port);
    config.ports.insert(Protocol::tcp, held(Protocol::tcp).front().port);
    config.addresses = {loopback_};
    config.threads = threads;
    const server::Server second{context_, config};
    for (const auto& entry : second.ports()) {
        EXPECT_EQ(entry.state, PortState::in_use);
    }
}

}  // namespace
}  // namespace pt::test
