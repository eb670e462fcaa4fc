#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "server/ports/open_sockets.hpp"
#include "server/serve/deaf_mark.hpp"
#include "server/serve/run_events.hpp"
#include "server/serve/whenever_readable.hpp"
#include "server/serve/worker_state.hpp"

namespace pt::server {

/// Accepts connections on one listening socket and starts a coroutine for each. Never spins and
/// never goes deaf: where descriptors or the cap run out, an old connection makes room; where none
/// can, it waits a little and tries again.
class TcpListener {
public:
    TcpListener(boost::asio::io_context& context, OpenSocket socket);

    /// Runs until `close`, or until there is no memory to wait with; then it may be called again.
    static boost::asio::awaitable<void> run(std::shared_ptr<WorkerState> state,
                                            std::shared_ptr<TcpListener> self, RunningMark mark);
    void close();
    bool& running() { return running_; }
    /// 0: it stands for all ports.
    Port port() const { return port_; }

private:
    AfterWork accept_burst(const std::shared_ptr<WorkerState>& state);
    void take(const std::shared_ptr<WorkerState>& state, net::Descriptor descriptor,
              const SocketAddress& peer);

    boost::asio::ip::tcp::acceptor acceptor_;
    int family_;
    Port port_;
    DeafMark deaf_;
    bool running_ = false;
};

}  // namespace pt::server
