// Calls of this machine's kernel that fail tell nothing of the peer or the path.
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <chrono>

#include "common/net/descriptor.hpp"
#include "common/net/sockaddr.hpp"
#include "run_fixture.hpp"
#include "scripted_peer.hpp"
#include "tests/net/failing_call.hpp"

namespace pt::test {
namespace {

using namespace std::chrono_literals;

/// The kernel completes the handshakes; nobody reads.
class Backlog {
public:
    Backlog() : socket_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        const net::Sockaddr any{{*IpAddress::parse("127.0.0.1"), Port{0}}};
        if (::bind(socket_.get(), any.data(), any.size()) != 0 ||
            ::listen(socket_.get(), 16) != 0) {
            throw std::system_error{errno, std::system_category(), "listen"};
        }
    }
    Endpoint endpoint() const {
        const SocketAddress local = net::local_address(socket_.get());
        return {Protocol::tcp, local.address, local.port};
    }

private:
    net::Descriptor socket_;
};

class LocalFailure : public RunFixture {
protected:
    client::Result probe_with_failing(long call, int error, const Endpoint& endpoint) {
        context_.restart();  // it may have run out of work before
        client::Result result;
        with_failing_call(call, error, [&] { result = probe_one(endpoint); });
        return result;
    }
};

TEST_F(LocalFailure, AFailedReadOfAConnectionIsNoReset) {
    const Backlog backlog;
    for (const int error : {EIO, ENOMEM, ENOBUFS, EBADF, EINVAL, EPERM}) {
        const auto result = probe_with_failing(SYS_recvfrom, error, backlog.endpoint());
        EXPECT_EQ(said(result), "untested local-error") << error;
        EXPECT_EQ(result.local_error, error);
    }
}

TEST_F(LocalFailure, AnEndThatIsNotKnownIsNotComparedWithAnother) {
    TcpPeer tcp{context_, {}};
    UdpPeer udp{context_, [](const Bytes& request, int) {
                    return std::vector<Bytes>{honest_reply(request)};
                }};
    for (const Endpoint& endpoint : {tcp.endpoint(), udp.endpoint()}) {
        const auto result = probe_with_failing(SYS_getsockname, ENOBUFS, endpoint);
        EXPECT_EQ(said(result), "open echo");
        EXPECT_FALSE(result.local);
        EXPECT_TRUE(result.notes.empty()) << result.notes.front();
    }
}

TEST_F(LocalFailure, ADatagramThatNeverLeftIsNoSilence) {
    wait_for_silence_only(200ms, 3);
    const Endpoint endpoint{Protocol::udp, *IpAddress::parse("127.0.0.1"), Port{9}};
    for (const int error : {ENOBUFS, ENOMEM, EAGAIN}) {
        const auto result = probe_with_failing(SYS_sendmmsg, error, endpoint);
        EXPECT_EQ(said(result), "untested local-error") << error;
        EXPECT_EQ(result.local_error, error);
    }
}

/// Of this process, in user and kernel mode.
std::chrono::microseconds processor_time() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto sum = [](const timeval& one, const timeval& other) {
        return std::chrono::seconds{one.tv_sec + other.tv_sec} +
               std::chrono::microseconds{one.tv_usec + other.tv_usec};
    };
    return sum(usage.ru_utime, usage.ru_stime);
}

/// The kernel calls the socket ready all the while, and each turn would fail at once.
TEST_F(LocalFailure, WhatKeepsFailingIsNotTriedWithoutAPause) {
    constexpr auto time = 1000ms;
    wait_for_silence_only(time, 3);
    const Endpoint closed{Protocol::udp, *IpAddress::parse("127.0.0.1"), Port{9}};
    for (const long call : {SYS_sendmmsg, SYS_recvmsg}) {
        const auto before = processor_time();
        const auto result = probe_with_failing(call, ENOBUFS, closed);
        EXPECT_EQ(said(result), "untested local-error") << call;
        EXPECT_LT(processor_time() - before, time / 2) << call;
    }
}

TEST_F(LocalFailure, AResetConnectionIsStillOne) {
    settings_.tcp.plan = AttemptPlan{1, 1s};
    const Backlog backlog;
    for (const int error : {ECONNRESET, EPIPE, ETIMEDOUT}) {
        const auto result = probe_with_failing(SYS_recvfrom, error, backlog.endpoint());
        EXPECT_EQ(said(result), "answered data-reset") << error;
    }
}

}  // namespace
}  // namespace pt::test
