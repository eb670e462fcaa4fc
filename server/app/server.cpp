#include "server/app/server.hpp"

#include <sys/random.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <latch>
#include <system_error>
#include <utility>

#include "common/net/clock.hpp"
#include "common/net/descriptor_limit.hpp"
#include "server/app/socket_shares.hpp"
#include "server/bpf/all_ports.hpp"
#include "server/journal/handshake_watch.hpp"
#include "server/ports/open_sockets.hpp"
#include "server/serve/run_events.hpp"

namespace pt::server {
namespace {

namespace asio = boost::asio;
using net::field;
using net::LogKey;

/// Descriptors that are neither ports nor connections: standard streams, the event queue, the log.
constexpr std::size_t own_descriptors = 16;

Secrets draw_secrets() {
    Secrets secrets;
    // Never fails nor is cut short for so few bytes once the kernel has entropy (getrandom(2)).
    while (getrandom(&secrets, sizeof secrets, 0) != sizeof secrets) {
        if (errno != EINTR) {
            throw std::system_error{errno, std::system_category(), "getrandom"};
        }
    }
    return secrets;
}

std::size_t connection_cap(const ServerConfig& config, std::size_t limit, std::size_t sockets) {
    const std::size_t taken = sockets + own_descriptors;
    const std::size_t room = limit > taken ? limit - taken : 1;
    return std::min(config.max_connections.value_or(room), room);
}

/// Counts the workers that have drained, and keeps the caller's context going until all have.
class Draining : public std::enable_shared_from_this<Draining> {
public:
    Draining(asio::io_context& context, std::size_t workers, std::function<void()> done)
        : work_{context.get_executor()}, left_{workers}, done_{std::move(done)} {}

    /// From any thread; `done` is called from the context.
    void note_one() {
        asio::post(work_.get_executor(), [self = shared_from_this()] {
            if (--self->left_ == 0) {
                self->work_.reset();
                if (self->done_) {
                    self->done_();
                }
            }
        });
    }

private:
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::size_t left_;
    std::function<void()> done_;
};

}  // namespace

struct Server::Gate {
    explicit Gate(std::size_t threads) : here{static_cast<std::ptrdiff_t>(threads)} {}

    void pass() {
        here.count_down();
        opened.wait();
    }
    void wait_for_all() { here.wait(); }
    void open() { opened.count_down(); }

    std::latch here;
    std::latch opened{1};
};

Server::Server(asio::io_context& context, const ServerConfig& config)
    : context_{context}, secrets_{draw_secrets()} {
    const std::size_t limit = net::raise_descriptor_limit();
    addresses_ = config.addresses.empty() ? default_addresses() : config.addresses;
    const std::size_t ceiling = descriptor_ceiling(limit);
    // First of all, so that nothing can reach a port before it is recorded.
    SynWatch watch{config.exact_record, secrets_.hash};
    const auto before_listening = [&watch](int descriptor) { watch.add(descriptor); };
    auto all =
        take_all_ports(config.all_ports, addresses_, ceiling, config.threads, before_listening);
    PortSet one_by_one = config.ports;
    one_by_one.insert(all.one_by_one);
    fixed_ports_ = all.one_by_one;
    auto opened = open_sockets(one_by_one, addresses_, ceiling, config.threads, before_listening);
    ports_ = merge(std::move(all.table), opened.table);
    std::move(all.sockets.begin(), all.sockets.end(), std::back_inserter(opened.sockets));
    max_connections_ = connection_cap(config, limit, opened.sockets.size());

    archive_ = std::make_shared<SharedArchive>(secrets_.hash);
    periodic_tasks_ = std::make_shared<PeriodicTasks>();
    periodic_tasks_->archive = archive_;
    periodic_tasks_->steering = std::move(all.keeper);
    if (!opened.sockets.empty()) {
        journal_file_ = config.journal_file;
    }
    make_workers(config, std::move(opened.sockets));
    set_up_archive();
    begin_record(watch.begin(ports_));
}

void Server::make_workers(const ServerConfig& config, std::vector<OpenSocket> sockets) {
    auto shares = share_out(std::move(sockets), config.threads);
    const auto new_peers = std::make_shared<NewPeers>(secrets_.hash);
    const std::size_t cap = std::max<std::size_t>(max_connections_ / config.threads, 1);
    // Behind the replies: the new client's echo waits for no poll.
    const auto poll_soon = [&context = context_, periodic_tasks = periodic_tasks_] {
        asio::post(context,
                   [periodic_tasks] { periodic_tasks->note_new_session(net::steady_now()); });
    };
    for (unsigned thread = 0; thread < config.threads; ++thread) {
        auto state = std::make_shared<WorkerState>(WorkerSettings{thread, config.timeouts, cap},
                                                   secrets_, archive_, new_peers);
        state->on_new_session = poll_soon;
        if (thread == 0) {
            state->periodic_tasks = periodic_tasks_;
        } else {
            more_contexts_.push_back(std::make_unique<asio::io_context>(1));
        }
        states_.push_back(state);
        workers_.push_back(std::make_unique<Worker>(thread == 0 ? context_ : *more_contexts_.back(),
                                                    state, std::move(shares[thread])));
    }
}

void Server::set_up_archive() {
    const auto archive = archive_->lock();
    archive->ports().set(ports_);
    if (periodic_tasks_->steering) {
        // The archive outlives neither: both go with the workers' states.
        archive->ports().set_source(
            [periodic_tasks = std::weak_ptr{periodic_tasks_}](Protocol protocol, Port port,
                                                              TimePoint since) {
                const auto held = periodic_tasks.lock();
                return held && held->steering ? held->steering->state(protocol, port, since)
                                              : std::nullopt;
            },
            [periodic_tasks = std::weak_ptr{periodic_tasks_}] {
                const auto held = periodic_tasks.lock();
                return held && held->steering ? held->steering->not_held() : PortSet{};
            });
    }
}

/// From here on nothing that comes is missing in the record, or it is noted that it may be.
void Server::begin_record(SynWatch::Result syns) {
    const auto archive = archive_->lock();
    const bool any_tcp = std::any_of(ports_.begin(), ports_.end(), [](const PortEntry& entry) {
        return entry.protocol == Protocol::tcp && entry.state == PortState::listening;
    });
    if (syns) {
        const std::shared_ptr<SynRecord> record = std::move(*syns);
        archive->record().use_kernel_record(record->tables(), record);
    } else {
        archive->set_half_open_source(std::make_unique<HandshakeWatch>());
        archive->poll(HalfOpenSource::Reason::routine,
                      net::steady_now());  // none came before the ports
    }
    archive->record().begin(net::steady_now());
    if (any_tcp && syns) {
        record_ = net::LogEvent{
            "{protocol}: the record is {record}: the kernel counts each first segment (SYN)",
            field<LogKey::protocol>(Protocol::tcp), field<LogKey::record>("exact")};
    } else if (any_tcp) {
        record_ = net::LogEvent{
            "{protocol}: the record is {record}, so that some directions stay unknown; an exact "
            "one is {reason}",
            field<LogKey::protocol>(Protocol::tcp), field<LogKey::record>("sampled"),
            field<LogKey::reason>(syns.error())};
    }
}

Server::~Server() { end_threads(); }

void Server::end_threads() {
    for (const auto& context : more_contexts_) {
        context->stop();
    }
    for (auto& thread : threads_) {
        thread.join();
    }
    threads_.clear();
}

std::optional<Port> Server::port(Protocol protocol, const IpAddress& address) const {
    const auto found = std::find_if(ports_.begin(), ports_.end(), [&](const PortEntry& entry) {
        return entry.protocol == protocol && entry.address == address &&
               entry.state == PortState::listening;
    });
    return found == ports_.end() ? std::nullopt : std::optional{found->port};
}

std::string Server::watched_folder() const {
    return periodic_tasks_->steering ? periodic_tasks_->steering->watched_folder() : "";
}

void Server::use_keys(const std::vector<Key>& keys) {
    for (std::size_t thread = 0; thread < workers_.size(); ++thread) {
        auto use = [state = states_[thread], keys] {
            state->responder.use_keys(KeyRing{keys, net::wall_time()});
        };
        if (thread == 0 || threads_.empty()) {
            use();
        } else {
            asio::post(workers_[thread]->context(), std::move(use));
        }
    }
}

void Server::start_thread(asio::io_context& context, Worker& worker) {
    try {
        threads_.emplace_back([&context, &worker, gate = gate_] {
            gate->pass();
            run_events(context, [&worker] { worker.revive(); });
        });
    } catch (const std::system_error& error) {
        throw std::system_error{error.code(),
                                "--threads " + std::to_string(more_contexts_.size() + 1) +
                                    ": cannot start a thread; give fewer, or raise the limit "
                                    "of tasks (ulimit -u, systemd's TasksMax=, a container's "
                                    "--pids-limit)"};
    }
}

void Server::start(const std::function<void()>& before_serving) {
    if (journal_file_) {
        periodic_tasks_->journal_file =
            std::make_unique<JournalFile>(*journal_file_, *archive_, instance(), net::steady_now());
    }
    for (const auto& worker : workers_) {
        worker->start();
    }
    gate_ = std::make_shared<Gate>(more_contexts_.size());
    const auto opened = std::shared_ptr<void>{nullptr, [this](void*) { gate_->open(); }};
    for (std::size_t i = 0; i < more_contexts_.size(); ++i) {
        start_thread(*more_contexts_[i], *workers_[i + 1]);
    }
    gate_->wait_for_all();
    if (before_serving) {
        before_serving();
    }
}

void Server::run() {
    run_events(context_, [this] { workers_.front()->revive(); });
}

void Server::stop(std::function<void()> drained) {
    if (std::exchange(stopping_, true)) {
        return;
    }
    {
        const auto archive = archive_->lock();  // which asks it
        periodic_tasks_->steering.reset();
    }
    const auto draining = std::make_shared<Draining>(context_, workers_.size(), std::move(drained));
    for (const auto& worker : workers_) {
        asio::post(worker->context(),
                   [&one = *worker, draining] { one.stop([draining] { draining->note_one(); }); });
    }
}

Counters Server::counters() const {
    Counters sum;
    for (const auto& state : states_) {
        sum.add(state->counters);
    }
    return sum;
}

std::size_t Server::connections() const {
    std::size_t sum = 0;
    for (const auto& state : states_) {
        sum += state->connections.size();
    }
    return sum;
}

}  // namespace pt::server
