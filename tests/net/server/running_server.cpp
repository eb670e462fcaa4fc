#include "running_server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <future>

#include "common/core/port_spec.hpp"
#include "common/net/log.hpp"

namespace pt::test {

server::ServerConfig loopback_config(std::initializer_list<std::string_view> specs) {
    server::ServerConfig config;
    for (const auto spec : specs) {
        config.ports.insert(*parse_port_spec(spec, PortZero::allowed));
    }
    config.addresses = {v4_loopback, v6_loopback};
    config.timeouts.first_frame = std::chrono::minutes{1};
    config.timeouts.drain = std::chrono::seconds{10};
    return config;
}

std::string family_name(const testing::TestParamInfo<const IpAddress*>& parameter) {
    return parameter.param->is_v4() ? "IPv4" : "IPv6";
}

RunningServer::RunningServer(const server::ServerConfig& config) : server_{context_, config} {
    net::set_up_log(net::LogFormat::text, "off");
    server_.start();
    thread_ = std::thread{[this] { context_.run(); }};
}

RunningServer::~RunningServer() { stop(); }

SocketAddress RunningServer::address(Protocol protocol, const IpAddress& address) const {
    const auto port = server_.port(protocol, address);
    EXPECT_TRUE(port) << "nothing listens on " << address.to_string();
    return {address, port.value_or(Port{0})};
}

void RunningServer::on_its_thread(const std::function<void(server::Server&)>& action) {
    std::promise<void> done;
    boost::asio::post(context_, [&] {
        action(server_);
        done.set_value();
    });
    done.get_future().wait();
}

server::Counters RunningServer::stop() {
    if (thread_.joinable()) {
        boost::asio::post(context_, [this] { server_.stop(); });
        thread_.join();
    }
    return server_.counters();
}

server::PortCounters RunningServer::counted(Protocol protocol, const IpAddress& address) {
    const auto port = this->address(protocol, address).port;
    return stop().port(protocol, port);
}

}  // namespace pt::test
