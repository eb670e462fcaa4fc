#include <boost/asio/steady_timer.hpp>

#include "server/app/server.hpp"
#include "tests/net/client/run_fixture.hpp"
#include "tests/net/client/scripted_peer.hpp"

/// The real client asks the real server, in one io_context, over loopback.
namespace pt::test {
namespace {

using namespace std::chrono_literals;

class Journal : public RunFixture {
protected:
    Journal() {
        settings_.ask_journal = true;
        server::ServerConfig config;
        config.ports.insert(Protocol::tcp, Port{0});
        config.ports.insert(Protocol::udp, Port{0});
        config.addresses = {loopback_};
        server_ = std::make_unique<server::Server>(context_, config);
        server_->start();
    }
    ~Journal() override {
        if (server_) {
            server_->stop();
        }
        context_.restart();
        context_.run_for(5s);
    }

    Endpoint held(Protocol protocol) const {
        return {protocol, loopback_, *server_->port(protocol, loopback_)};
    }

    const IpAddress loopback_ = *IpAddress::parse("127.0.0.1");
    std::unique_ptr<server::Server> server_;
};

TEST_F(Journal, ASilentPortThatTheServerDoesNotHoldIsNeverCalledBlocked) {
    wait_for_silence_only(200ms, 2);
    UdpPeer mute{context_, [](const Bytes&, int) { return std::vector<Bytes>{}; }};
    const auto results = probe({mute.endpoint(), held(Protocol::tcp)});
    EXPECT_EQ(said(results[0]), "untested not-listening");
    EXPECT_EQ(said(results[1]), "open echo");
}

TEST_F(Journal, IsAskedOverUdpWhereNoTcpPortIsOpen) {
    wait_for_silence_only(200ms, 2);
    UdpPeer mute{context_, [](const Bytes&, int) { return std::vector<Bytes>{}; }};
    const auto results = probe({mute.endpoint(), held(Protocol::udp)});
    EXPECT_EQ(said(results[0]), "untested not-listening");
}

TEST_F(Journal, WithoutItTheWeakerThingIsSaid) {
    settings_.ask_journal = false;
    wait_for_silence_only(200ms, 2);
    UdpPeer mute{context_, [](const Bytes&, int) { return std::vector<Bytes>{}; }};
    const auto results = probe({mute.endpoint(), held(Protocol::tcp)});
    EXPECT_EQ(said(results[0]), "filtered silence");
    EXPECT_EQ(results[0].conclusion.direction, Direction::unknown);
}

TEST_F(Journal, AnotherServicesPortIsAnsweredNotIntercepted) {
    wait_for_silence_only(300ms, 2);
    TcpPeer mute{context_, {.answer = [](const Bytes&) { return Bytes{}; }}};
    const auto results = probe({mute.endpoint(), held(Protocol::tcp)});
    EXPECT_EQ(said(results[0]), "answered handshake");
}

TEST_F(Journal, AResetOfAServiceThatIsNotOursIsNoCut) {
    settings_.tcp.plan = AttemptPlan{4, 1s};
    TcpPeer resetting{
        context_,
        {.answer = [](const Bytes&) { return Bytes{}; }, .end = TcpPeer::Script::End::reset}};
    const auto results = probe({resetting.endpoint(), held(Protocol::tcp)});
    EXPECT_EQ(said(results[0]), "answered data-reset");
}

TEST_F(Journal, AServerThatDiesInMidRunIsLostAndWhatItProvedStays) {
    wait_for_silence_only(600ms, 4);
    UdpPeer mute{context_, [](const Bytes&, int) { return std::vector<Bytes>{}; }};
    const Endpoint proved = held(Protocol::tcp);
    boost::asio::steady_timer kill{context_, 200ms};
    kill.async_wait([&](boost::system::error_code) { server_->stop(); });
    const auto results = probe({mute.endpoint(), proved});
    EXPECT_EQ(said(results[1]), "open echo");
    EXPECT_EQ(said(results[0]), "untested server-lost");
}

}  // namespace
}  // namespace pt::test
