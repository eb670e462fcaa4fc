#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <thread>

#include "server/app/server.hpp"

namespace pt::test {

inline const IpAddress v4_loopback{IpAddress::V4Bytes{127, 0, 0, 1}};
inline const IpAddress v6_loopback = *IpAddress::parse("::1");

/// "tcp/0" and "udp/0" on both loopback addresses, with patience enough for a busy machine.
server::ServerConfig loopback_config(std::initializer_list<std::string_view> specs = {"any/0"});

/// Names the instances of tests that run over both loopback addresses.
std::string family_name(const testing::TestParamInfo<const IpAddress*>& parameter);

/// A whole server on a thread of its own, from construction to `stop` or destruction.
class RunningServer {
public:
    explicit RunningServer(const server::ServerConfig& config = loopback_config());
    ~RunningServer();
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;

    SocketAddress address(Protocol protocol, const IpAddress& address) const;
    std::uint64_t instance() const { return server_.instance(); }
    std::string record() const { return server_.record() ? server_.record()->message() : ""; }

    /// Runs a function on the server's thread and waits until it is done there.
    void on_its_thread(const std::function<void(server::Server&)>& action);
    /// Stops it and waits for its end; what it counted may be read then.
    server::Counters stop();
    /// What it counted on the port of this address, once it has stopped.
    server::PortCounters counted(Protocol protocol, const IpAddress& address);

private:
    boost::asio::io_context context_{1};
    server::Server server_;
    std::thread thread_;
};

}  // namespace pt::test
