// Out of descriptors the server goes on serving. In a process of its own, whose limit is its own.
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <vector>

#include "common/net/log.hpp"
#include "peer.hpp"
#include "running_server.hpp"

namespace pt::test {
namespace {

/// What the child tells: once when it listens, once when it has stopped.
struct Account {
    std::size_t listening = 0;
    std::size_t not_listening = 0;
    std::uint16_t port = 0;
    std::uint64_t echoes = 0;
    std::uint64_t made_room = 0;
};

Account account_of(const server::Server& server) {
    const auto count = server::count_ports(server.ports());
    return {count.listening, count.not_listening,
            to_number(server.port(Protocol::tcp, v4_loopback).value_or(Port{0})),
            server.counters().total(Protocol::tcp).echoes, server.counters().made_room};
}

/// A server in a child process with its own limit of descriptors.
class ServerProcess {
public:
    ServerProcess(rlim_t descriptors, const server::ServerConfig& config) {
        std::array<int, 2> ends{};
        EXPECT_EQ(pipe(ends.data()), 0);
        reading_ = net::Descriptor{ends[0]};
        net::Descriptor writing{ends[1]};
        pid_ = fork();
        if (pid_ == 0) {
            serve(descriptors, config, writing.get());
        }
    }

    ~ServerProcess() {
        if (pid_ > 0) {
            stop();
        }
    }
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    Account read_account() const {
        Account account;
        EXPECT_EQ(read(reading_.get(), &account, sizeof account),
                  static_cast<ssize_t>(sizeof account));
        return account;
    }

    void set_soft_limit(rlim_t descriptors) const {
        rlimit limit{};
        ASSERT_EQ(prlimit(pid_, RLIMIT_NOFILE, nullptr, &limit), 0);
        limit.rlim_cur = descriptors;
        ASSERT_EQ(prlimit(pid_, RLIMIT_NOFILE, &limit, nullptr), 0);
    }

    /// SIGTERM; the exit code, or -1 where it did not exit by itself.
    int stop() {
        kill(pid_, SIGTERM);
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

private:
    [[noreturn]] static void serve(rlim_t descriptors, const server::ServerConfig& config,
                                   int account_descriptor) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        net::set_up_log(net::LogFormat::text, "off");
        const rlimit limit{descriptors, descriptors};
        setrlimit(RLIMIT_NOFILE, &limit);
        {
            boost::asio::io_context context{1};
            boost::asio::signal_set signals{context, SIGTERM};
            server::Server server{context, config};
            signals.async_wait([&](boost::system::error_code, int) { server.stop(); });
            server.start();
            tell(account_descriptor, account_of(server));
            context.run();
            tell(account_descriptor, account_of(server));
        }
        _exit(0);
    }

    static void tell(int descriptor, const Account& account) {
        if (write(descriptor, &account, sizeof account) != sizeof account) {
            _exit(1);
        }
    }

    pid_t pid_ = -1;
    net::Descriptor reading_;
};

void expect_probes_served(const SocketAddress& address, std::uint32_t probes) {
    for (std::uint32_t i = 1; i <= probes; ++i) {
        const TcpPeer peer{address};
        ASSERT_TRUE(peer.send(request(Protocol::tcp, address.port, {1, i})));
        ASSERT_TRUE(peer.receive_reply()) << "probe " << i;
    }
}

TEST(ShortageTest, ProbesAreServedWhileSlowClientsHoldAllDescriptors) {
    ServerProcess process{100, loopback_config({"tcp/0"})};
    const SocketAddress address{v4_loopback, Port{process.read_account().port}};
    std::vector<TcpPeer> slow;
    for (int i = 0; i < 300; ++i) {
        slow.emplace_back(address);
    }
    expect_probes_served(address, 200);
    EXPECT_EQ(process.stop(), 0);
    const auto account = process.read_account();
    EXPECT_EQ(account.echoes, 200U);
    EXPECT_GT(account.made_room, 200U);
}

TEST(ShortageTest, ALimitLoweredUnderItsFeetCostsSlowClientsAlone) {
    ServerProcess process{100, loopback_config({"tcp/0"})};
    const SocketAddress address{v4_loopback, Port{process.read_account().port}};
    std::vector<TcpPeer> slow;
    for (int i = 0; i < 20; ++i) {
        slow.emplace_back(address);
    }
    expect_probes_served(address, 1);
    // Every accept now fails with EMFILE until a slow client has made room.
    process.set_soft_limit(20);
    expect_probes_served(address, 50);
    EXPECT_EQ(process.stop(), 0);
    EXPECT_EQ(process.read_account().echoes, 51U);
}

TEST(ShortageTest, WithNoDescriptorAtAllItWaitsAndGoesOn) {
    ServerProcess process{100, loopback_config({"tcp/0"})};
    const SocketAddress address{v4_loopback, Port{process.read_account().port}};
    process.set_soft_limit(1);
    const TcpPeer peer{address};
    ASSERT_TRUE(peer.send(request(Protocol::tcp, address.port, {1, 1})));
    process.set_soft_limit(100);
    EXPECT_TRUE(peer.receive_reply());
    EXPECT_EQ(process.stop(), 0);
}

TEST(ShortageTest, PortsLeaveDescriptorsForConnections) {
    auto config = loopback_config({"tcp/0"});
    config.addresses = {v4_loopback};
    config.ports.insert(Protocol::tcp, Port{20'000}, Port{20'999});
    ServerProcess process{120, config};
    const auto start = process.read_account();
    EXPECT_GT(start.listening, 0U);
    EXPECT_LT(start.listening, 120U);
    EXPECT_EQ(start.listening + start.not_listening, 1001U);
    EXPECT_EQ(process.stop(), 0);
}

}  // namespace
}  // namespace pt::test
