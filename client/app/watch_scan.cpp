#include "client/app/watch_scan.hpp"

#include <boost/asio/post.hpp>
#include <map>
#include <utility>

#include "client/scan/run_settings.hpp"

namespace pt::client {

WatchScan::WatchScan(boost::asio::io_context& context, const Options& options,
                     const std::vector<WatchedPort>& ports, Handler handler)
    : context_{context}, options_{options}, ports_{ports}, handler_{std::move(handler)} {}

void WatchScan::want(std::size_t port) {
    scanned_.erase(port);
    wanted_.insert(port);
    start_soon();
}

void WatchScan::restart() {
    wanted_.merge(scanned_);
    scanned_.clear();
}

void WatchScan::stop() {
    stopped_ = true;
    if (run_) {
        run_->interrupt();
    }
}

void WatchScan::start_soon() {
    boost::asio::post(context_, [this] { start(); });
}

void WatchScan::start() {
    if (stopped_ || run_ || wanted_.empty()) {
        return;
    }
    scanned_ = std::exchange(wanted_, {});
    auto probed = blocks(scanned_);
    std::vector<std::string> hosts;
    hosts.reserve(ports_.size());
    for (const WatchedPort& port : ports_) {
        hosts.push_back(port.host());
    }
    const auto settings = run_settings(options_, probed);
    run_ = std::make_shared<Run>(
        context_, settings, std::move(hosts), std::move(probed),
        [this](const Result& result) { take(result); },
        [this] {
            // Not from within the scan's own call, which goes on after this one.
            boost::asio::post(context_, [this] { end(); });
        });
    run_->start();
}

/// Those ports and the others of their addresses: pt-server can be asked over an open one, and what
/// new flows leave in its record of a port that is not scanned could be of an attempt that went
/// astray.
std::vector<ProbeBlock> WatchScan::blocks(const std::set<std::size_t>& ports) const {
    struct Block {
        std::uint32_t host = 0;
        PortSet ports;
        std::size_t others = 0;
    };
    std::map<IpAddress, Block> by_address;
    const auto insert = [](Block& block, Port port, Protocol protocol) {
        block.ports.insert(protocol, port, port);
    };
    for (const std::size_t place : ports) {
        const Endpoint& endpoint = ports_[place].endpoint();
        auto& block = by_address[endpoint.address];
        block.host = static_cast<std::uint32_t>(place);
        insert(block, endpoint.port, endpoint.protocol);
    }
    for (const WatchedPort& port : ports_) {
        const auto found = by_address.find(port.endpoint().address);
        if (found != by_address.end() && found->second.others < max_others) {
            ++found->second.others;
            insert(found->second, port.endpoint().port, port.endpoint().protocol);
        }
    }
    std::vector<ProbeBlock> blocks;
    blocks.reserve(by_address.size());
    for (const auto& [address, block] : by_address) {
        blocks.push_back({block.host, address, std::make_shared<const PortSet>(block.ports)});
    }
    return blocks;
}

void WatchScan::take(const Result& result) {
    // Several names may stand for one address. The handler may want another scan.
    const auto scanned = scanned_;
    for (const std::size_t place : scanned) {
        if (!stopped_ && ports_[place].endpoint() == result.endpoint) {
            handler_(place, result);
        }
    }
}

void WatchScan::end() {
    // What the scan has cancelled stands in the context's queue, before this: it may go only after.
    boost::asio::post(context_, [run = std::exchange(run_, nullptr)] {});
    scanned_.clear();
    start_soon();
}

}  // namespace pt::client
