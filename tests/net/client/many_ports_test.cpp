#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <system_error>

#include "common/net/descriptor.hpp"
#include "common/net/sockaddr.hpp"
#include "run_fixture.hpp"

namespace pt::test {
namespace {

using namespace std::chrono_literals;
using client::Result;

/// Of this process alone: other tests run at the same time.
const IpAddress target = *IpAddress::parse("127.5." + std::to_string(getpid() / 250 % 250) + '.' +
                                           std::to_string(1 + getpid() % 250));
/// What is scanned is below the ephemeral ports.
constexpr Port first_port{2'000};
constexpr auto max_wait = 60s;
constexpr std::uint16_t port_count = 16'500;

/// A scan of so many ports of both protocols that UDP has a head start.
class ManyPorts : public RunFixture {
protected:
    void start(double udp_rate) {
        settings_.udp.limits.rate = udp_rate;
        settings_.tcp.limits.in_flight = 4;  // leaves ephemeral ports to other tests
        auto all = std::make_shared<PortSet>();
        for (const Protocol protocol : all_protocols) {
            const auto last = static_cast<std::uint16_t>(to_number(first_port) + port_count - 1);
            all->insert(protocol, first_port, Port{last});
        }
        results_.clear();
        done_ = false;
        context_.restart();
        run_ = std::make_unique<client::Run>(
            context_, settings_, std::vector<std::string>{target.to_string()},
            std::vector<client::ProbeBlock>{{0, target, std::move(all)}},
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

/// Listens on the port that TCP begins with.
class FirstConnect {
public:
    FirstConnect() : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)} {
        const net::Sockaddr local{{target, first_port}};
        if (::bind(socket_.get(), local.data(), local.size()) != 0 ||
            ::listen(socket_.get(), 1) != 0) {
            throw std::system_error{errno, std::system_category(), "bind or listen"};
        }
    }
    bool came() const {
        return net::Descriptor{::accept(socket_.get(), nullptr, nullptr)}.is_open();
    }

    /// How long it takes from now.
    std::chrono::nanoseconds wait(boost::asio::io_context& context) const {
        const auto begin = std::chrono::steady_clock::now();
        while (!came() && std::chrono::steady_clock::now() - begin < max_wait) {
            context.run_for(5ms);
        }
        return std::chrono::steady_clock::now() - begin;
    }

private:
    net::Descriptor socket_;
};

TEST_F(ManyPorts, UdpHasAHeadStartUpToALimit) {
    const FirstConnect first;
    start(10);
    const auto waited = first.wait(context_);
    EXPECT_GE(waited, settings_.max_head_start - 10ms);
    EXPECT_LT(waited, max_wait);
    interrupt();
}

TEST_F(ManyPorts, TcpStartsOnceEachUdpPortHasHadItsFirstAttempt) {
    settings_.max_head_start = 1h;
    settings_.udp.limits.window = settings_.udp.limits.in_flight = 100'000;
    const FirstConnect first;
    start(0);
    EXPECT_LT(first.wait(context_), max_wait);
    interrupt();
}

TEST_F(ManyPorts, InterruptedDuringTheHeadStartAllAreReported) {
    start(10);
    context_.run_for(50ms);
    interrupt();
    EXPECT_EQ(results_[Protocol::tcp], port_count);
    EXPECT_EQ(results_[Protocol::udp], port_count);
    run_.reset();
    context_.restart();
    context_.run_for(600ms);  // nothing that waits for the head start refers to the run any more
}

}  // namespace
}  // namespace pt::test
