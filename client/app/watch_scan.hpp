#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "client/options/options.hpp"
#include "client/result/result.hpp"
#include "client/scan/run.hpp"
#include "client/watch/watched_port.hpp"

namespace pt::client {

/// Scans watched ports after a change, to find out why: one scan at a time, with the other ports of
/// the same addresses, over which pt-server can be asked.
class WatchScan {
public:
    using Handler = std::function<void(std::size_t port, const Result& result)>;

    /// References outlive it.
    WatchScan(boost::asio::io_context& context, const Options& options,
              const std::vector<WatchedPort>& ports, Handler handler);

    /// The port is scanned as soon as no other scan goes on. What a scan that goes on finds of it
    /// is not reported: it has begun before the change.
    void want(std::size_t port);
    /// What goes on cannot be trusted: it begins again.
    void restart();
    void stop();

private:
    /// Of an address with very many ports the direction may then stay unknown.
    static constexpr std::size_t max_others = 256;

    void start_soon();
    void start();
    std::vector<ProbeBlock> blocks(const std::set<std::size_t>& ports) const;
    void take(const Result& result);
    void end();

    boost::asio::io_context& context_;
    const Options& options_;
    const std::vector<WatchedPort>& ports_;
    Handler handler_;
    std::set<std::size_t> wanted_;
    std::set<std::size_t> scanned_;  ///< by the scan that goes on, and to be reported
    std::shared_ptr<Run> run_;
    bool stopped_ = false;
};

}  // namespace pt::client
