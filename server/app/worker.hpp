#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "common/core/port_set.hpp"
#include "server/ports/open_sockets.hpp"
#include "server/serve/worker_state.hpp"

namespace pt::server {

class TcpListener;
class UdpResponder;

/// One thread's part of the server: sockets of its own, driven by an io_context of its own.
/// Whatever is called here is called from that thread, or before it runs.
class Worker {
public:
    Worker(boost::asio::io_context& context, std::shared_ptr<WorkerState> state,
           std::vector<OpenSocket> sockets);

    void start();
    /// Starts again what has ended for want of memory.
    void revive();
    /// Serves these, too; and no more those of some ports, whose connections stay.
    void add(std::vector<OpenSocket> sockets);
    void close(const PortSet& ports);
    /// Stops accepting, answers what has arrived, closes; then calls `drained`. A second call does
    /// nothing.
    void stop(std::function<void()> drained);

    boost::asio::io_context& context() const { return context_; }
    const WorkerState& state() const { return *state_; }

private:
    void start_sweep();
    void take(std::vector<OpenSocket> sockets);

    boost::asio::io_context& context_;
    std::shared_ptr<WorkerState> state_;
    std::vector<std::shared_ptr<TcpListener>> listeners_;
    std::vector<std::shared_ptr<UdpResponder>> responders_;
    std::shared_ptr<boost::asio::steady_timer> sweep_timer_;
    std::shared_ptr<bool> sweeping_;
};

}  // namespace pt::server
