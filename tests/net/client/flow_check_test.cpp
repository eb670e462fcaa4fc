// The check of flows over connections: which attempts it takes for lost.
#include "client/scan/flow_check.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <thread>
#include <vector>

#include "common/net/clock.hpp"
#include "scripted_peer.hpp"

namespace pt::test {
namespace {

using namespace std::chrono_literals;
using client::FlowOutcome;

/// Frames of one session; the check needs nothing else of a scan.
class Frames final : public client::ProbeTable {
public:
    Frame request(const Endpoint& endpoint, std::uint32_t sequence, unsigned attempt) override {
        Frame frame;
        frame.nonce = {7, sequence};
        frame.protocol = endpoint.protocol;
        frame.port = endpoint.port;
        frame.attempt = static_cast<std::uint8_t>(attempt);
        return frame;
    }
    std::uint32_t new_sequence() override { return next_++; }

    client::Probe& probe(client::ProbeNumber number) override { return probes_[number]; }
    void finished(client::ProbeNumber) override {}
    void is_own_port(client::ProbeNumber) override {}
    bool is_session_of(const IpAddress&, std::uint64_t session) const override {
        return session == 7;
    }
    TimePoint sent_at(const Frame&) const override { return net::steady_now(); }
    void note_flow(const Endpoint&, Port, TimePoint, bool) override {}
    void note_given_up(const Endpoint&, std::uint32_t) override {}
    void on_reply(const Frame&) override {}
    void on_answer(const Frame&, std::span<const std::uint8_t>) override {}
    void on_query_refused(const Nonce&) override {}
    void note_shortage(int) override {}

private:
    std::uint32_t next_ = 1;
    std::map<client::ProbeNumber, client::Probe> probes_;
};

std::vector<FlowOutcome> check(TcpPeer::Script script) {
    boost::asio::io_context context{1};
    TcpPeer peer{context, std::move(script)};
    Frames frames;
    client::FlowCheckSettings settings;
    settings.tcp = peer.endpoint();
    settings.round_trip = 1ms;
    std::optional<std::vector<FlowOutcome>> outcomes;
    client::FlowCheck flow_check{context, frames, settings,
                                 [&](const std::vector<FlowOutcome>& told) { outcomes = told; }};
    flow_check.start();
    const auto give_up = std::chrono::steady_clock::now() + 60s;
    while (!outcomes && std::chrono::steady_clock::now() < give_up) {
        context.run_for(10ms);
    }
    flow_check.stop();
    context.poll();
    EXPECT_TRUE(outcomes);
    EXPECT_FALSE(outcomes.value_or(std::vector<FlowOutcome>{}).empty());
    return outcomes.value_or(std::vector<FlowOutcome>{});
}

TEST(FlowCheck, AConnectionHasTimeToSendItsDataAgain) {
    for (const FlowOutcome& flow : check({.delay = 500ms})) {
        EXPECT_TRUE(flow.answered);
        EXPECT_EQ(flow.sent, 1U);
    }
}

TEST(FlowCheck, AConnectionThatBringsNothingIsLost) {
    for (const FlowOutcome& flow : check({.answer = [](const Bytes&) { return Bytes{}; }})) {
        EXPECT_FALSE(flow.answered);
    }
}

/// The echoes have come, and are read when the time for them is over.
TEST(FlowCheck, TellsOnceAfterAStall) {
    boost::asio::io_context context{1};
    boost::asio::io_context elsewhere{1};
    TcpPeer peer{elsewhere, {.delay = 500ms}};
    std::thread others{[&] { elsewhere.run(); }};
    Frames frames;
    client::FlowCheckSettings settings;
    settings.tcp = peer.endpoint();
    settings.round_trip = 1ms;
    int told = 0;
    client::FlowCheck flow_check{context, frames, settings,
                                 [&](const std::vector<FlowOutcome>&) { ++told; }};
    flow_check.start();
    boost::asio::steady_timer stall{context, 350ms};
    stall.async_wait([](boost::system::error_code) { std::this_thread::sleep_for(1s); });
    context.run_for(2s);
    flow_check.stop();
    context.poll();
    elsewhere.stop();
    others.join();
    EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace pt::test
