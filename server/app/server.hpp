#pragma once

#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "common/core/port_set.hpp"
#include "common/keys/key.hpp"
#include "common/net/log_event.hpp"
#include "server/app/worker.hpp"
#include "server/bpf/syn_watch.hpp"
#include "server/ports/port_table.hpp"
#include "server/serve/worker_state.hpp"

namespace pt::server {

struct ServerConfig {
    PortSet ports;                     ///< one socket for each; port 0: the kernel chooses
    PortSet all_ports;                 ///< steered to a few sockets, where that is permitted
    std::vector<IpAddress> addresses;  ///< empty: all of this machine's, IPv4 and IPv6
    /// TCP connections at once; nothing: as many as the descriptors allow.
    std::optional<std::size_t> max_connections;
    Timeouts timeouts;
    unsigned threads = 1;                     ///< each serves sockets of its own on every port
    std::optional<std::string> journal_file;  ///< where to keep the journal, besides in memory
    /// Has the kernel record each first segment, where it permits that.
    bool exact_record = true;
};

/// The whole server in one object. One thread's part is driven by the caller's io_context, which
/// must outlive it; the other threads it starts and joins itself:
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

    /// From the context's thread, at any time: answers only frames made with one of these keys from
    /// now on.
    void use_keys(const std::vector<Key>& keys);

    /// Writes the first journal file: it is the user's that the process runs as by now. Throws
    /// std::system_error if that or a thread fails. Starts the other threads; calls
    /// `before_serving` once all of them run and none serves yet.
    void start(const std::function<void()>& before_serving = {});

    /// A folder that it goes on to look into (PortSteering::watched_folder); "" for none.
    std::string watched_folder() const;
    /// Runs the caller's context until all is drained, whatever handlers throw meanwhile.
    void run();
    /// From the context's thread. Stops accepting, answers what has arrived, closes; then calls
    /// `drained`, from the context. A second call does nothing.
    void stop(std::function<void()> drained = {});

    /// What became of a change of ports.
    struct PortChange {
        PortSet opened;
        PortSet closed;
        PortTable failed;  ///< that were to be opened
    };
    /// From the context's thread. From now on holds these ports one by one, besides those that are
    /// held because all were asked for: opens those that it does not hold yet, closes those that
    /// are not among them, and leaves the others as they are. Port 0 is passed over.
    PortChange change_ports(const PortSet& wanted);

    /// Ends the other threads, whether they have drained or not. At the end it is called anyway.
    void end_threads();

    /// Of all threads; from the only one, or once the others have ended.
    Counters counters() const;
    std::size_t connections() const;
    std::size_t max_connections() const { return max_connections_; }
    std::uint64_t instance() const { return secrets_.instance; }
    /// Whether the record of TCP arrivals is exact, and if not, what would make it so; nothing
    /// where no TCP port is held.
    const std::optional<net::LogEvent>& record() const { return record_; }

private:
    void make_workers(const ServerConfig& config, std::vector<OpenSocket> sockets);
    void set_up_archive();
    void begin_record(SynWatch::Result syns);
    void close_ports(const PortSet& ports);
    PortTable open_ports(const PortSet& ports);
    void start_thread(boost::asio::io_context& context, Worker& worker);

    boost::asio::io_context& context_;
    Secrets secrets_;
    std::vector<IpAddress> addresses_;
    PortTable ports_;
    std::optional<std::string> journal_file_;
    PortSet fixed_ports_;  ///< held one by one because all were asked for
    std::optional<net::LogEvent> record_;
    std::size_t max_connections_ = 0;
    std::shared_ptr<SharedArchive> archive_;
    std::shared_ptr<PeriodicTasks> periodic_tasks_;
    std::vector<std::unique_ptr<boost::asio::io_context>> more_contexts_;
    std::vector<std::shared_ptr<WorkerState>> states_;
    std::vector<std::unique_ptr<Worker>> workers_;  ///< the first one on the caller's context
    std::vector<std::thread> threads_;
    struct Gate;
    std::shared_ptr<Gate> gate_;  ///< where the other threads wait until all of them run
    bool stopping_ = false;
};

}  // namespace pt::server
