// A server's life: its threads, start and stop.
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <latch>
#include <string>
#include <system_error>
#include <utility>

#include "common/net/clock.hpp"
#include "common/net/log.hpp"
#include "server/app/server.hpp"
#include "server/journal/handshake_watch.hpp"
#include "server/serve/run_events.hpp"

namespace pt::server {

namespace asio = boost::asio;
using net::field;
using net::LogKey;

/// Counts the workers that have drained, and keeps the caller's context going until all have.
class Server::Draining : public std::enable_shared_from_this<Draining> {
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
    start_background_threads();
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

/// For what takes long. Where there can be no thread it is done all the same: echoes wait for it.
void Server::start_background_threads() {
    try {
        if (handshake_watch_ != nullptr) {
            periodic_tasks_->handshakes =
                std::make_unique<HandshakeThread>(*archive_, *handshake_watch_);
        }
        if (periodic_tasks_->journal_file) {
            periodic_tasks_->journal_file->start_thread();
        }
    } catch (const std::system_error& error) {
        net::log(net::LogLevel::warn,
                 "cannot start a thread: {error}; echoes may be late while there are very many "
                 "connections or sessions",
                 field<LogKey::error>(error.code()));
    }
}

void Server::run() {
    constexpr int max_revivals = 50;
    run_events(context_, [this, revivals = 0]() mutable {
        // Where there is no memory to answer what has come, the end is not to wait for it.
        if (draining_ && ++revivals > max_revivals) {
            context_.stop();
        } else {
            workers_.front()->revive();
        }
    });
}

void Server::stop(std::function<void()> drained) {
    {
        const auto archive = archive_->lock();  // which asks it
        periodic_tasks_->steering.reset();
    }
    if (!draining_) {
        draining_ = std::make_shared<Draining>(context_, workers_.size(), std::move(drained));
    }
    for (; stopped_workers_ < workers_.size(); ++stopped_workers_) {
        Worker& worker = *workers_[stopped_workers_];
        asio::post(worker.context(), [&worker, draining = draining_] {
            insist([&] { worker.stop([draining] { draining->note_one(); }); });
        });
    }
}

}  // namespace pt::server
