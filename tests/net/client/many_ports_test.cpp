#include <chrono>
#include <cstddef>
#include <map>
#include <memory>

#include "run_fixture.hpp"

namespace pt::test {
namespace {

using namespace std::chrono_literals;
using client::Result;

/// A scan of so many ports of both protocols that UDP has a head start; at ten datagrams a second
/// it makes little of it.
class ManyPorts : public RunFixture {
protected:
    static constexpr std::uint16_t ports = 20'000;

    ManyPorts() {
        settings_.udp.limits.rate = 10;
        auto all = std::make_shared<PortSet>();
        for (const Protocol protocol : all_protocols) {
            all->insert(protocol, Port{1}, Port{ports});
        }
        run_ = std::make_unique<client::Run>(
            context_, settings_, std::vector<std::string>{"127.0.0.5"},
            std::vector<client::ProbeBlock>{{0, *IpAddress::parse("127.0.0.5"), std::move(all)}},
            [this](const Result& result) { ++results_[result.endpoint.protocol]; },
            [this] { done_ = true; });
        run_->start();
    }
    void interrupt() {
        run_->interrupt();
        while (!done_ && context_.run_one() > 0) {
        }
        context_.poll();
    }

    std::unique_ptr<client::Run> run_;
    std::map<Protocol, std::size_t> results_;
    bool done_ = false;
};

TEST_F(ManyPorts, UdpHasAHeadStartOfHalfASecondAtMost) {
    constexpr std::size_t more_than_udp = 1'000;
    context_.run_for(400ms);
    EXPECT_LT(run_->finished_count(), more_than_udp);
    const auto give_up = std::chrono::steady_clock::now() + 20s;
    while (run_->finished_count() < more_than_udp && std::chrono::steady_clock::now() < give_up) {
        context_.run_for(50ms);
    }
    EXPECT_GE(run_->finished_count(), more_than_udp);
    interrupt();
}

TEST_F(ManyPorts, InterruptedDuringTheHeadStartAllAreReported) {
    context_.run_for(50ms);
    interrupt();
    EXPECT_EQ(results_[Protocol::tcp], ports);
    EXPECT_EQ(results_[Protocol::udp], ports);
}

}  // namespace
}  // namespace pt::test
