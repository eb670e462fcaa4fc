#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "common/net/resolve.hpp"

namespace pt::client {

/// Looks all hosts of a run up, a bounded number at a time, and tells once all are there: one
/// Resolution for each host, in the hosts' order. `timeout` is for each of them. Outlives its
/// lookups.
class HostLookups {
public:
    using Done = std::function<void(std::vector<net::Resolution>)>;

    HostLookups(boost::asio::io_context& context, std::vector<std::string> hosts,
                net::AddressFamily family, std::chrono::milliseconds timeout, Done done);

    void start();

private:
    void start_one();
    void take(std::size_t place, net::Resolution resolution);

    boost::asio::io_context& context_;
    std::vector<std::string> hosts_;
    net::AddressFamily family_;
    std::chrono::milliseconds timeout_;
    Done done_;
    std::vector<net::Resolution> resolutions_;
    std::size_t begun_ = 0;
    std::size_t finished_ = 0;
};

}  // namespace pt::client
