#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/core/port_set.hpp"
#include "server/port_table.hpp"
#include "server/server_state.hpp"

namespace pt::server {

class TcpListener;
class UdpResponder;

struct ServerConfig {
    PortSet ports;                     ///< one socket for each; port 0: the kernel chooses
    PortSet all_ports;                 ///< steered to a few sockets, where that is permitted
    std::vector<IpAddress> addresses;  ///< empty: all of this machine's, IPv4 and IPv6
    /// TCP connections at once; nothing: as many as the descriptors allow.
    std::optional<std::size_t> max_connections;
    Patience patience;
    std::optional<std::string> journal_file;  ///< where to keep the journal, besides in memory
};

/// The whole server in one object, driven by one io_context in one thread, which must outlive it:
///
///     Server server{context, config};  // binds; `ports()` says what became of each port
///     server.start();
///     context.run();                   // until `stop()` has been called and all is drained
///
/// Destroyed before the context has run out, it leaves the rest to the context's destruction.
class Server {
public:
    Server(boost::asio::io_context& context, const ServerConfig& config);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    const PortTable& ports() const { return ports_; }
    /// The real port of the only (or first) listener of a protocol and address.
    std::optional<Port> port(Protocol protocol, const IpAddress& address) const;

    void start();
    /// Stops accepting, answers what has arrived, closes; then calls `drained`, from the context.
    /// A second call does nothing.
    void stop(std::function<void()> drained = {});

    const Counters& counters() const { return state_->counters; }
    std::size_t connections() const { return state_->connections.size(); }
    std::size_t max_connections() const { return state_->max_connections; }
    std::uint64_t instance() const { return state_->responder.instance(); }

private:
    boost::asio::io_context& context_;
    PortTable ports_;
    std::shared_ptr<ServerState> state_;
    std::vector<std::shared_ptr<TcpListener>> listeners_;
    std::vector<std::shared_ptr<UdpResponder>> responders_;
    std::shared_ptr<boost::asio::steady_timer> sweep_timer_;
};

}  // namespace pt::server
