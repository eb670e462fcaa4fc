#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <thread>
#include <utility>

namespace pt::server {

/// Runs a context until it is stopped or has nothing left to do. An exception that leaves a
/// handler, as for want of memory, costs that event and no other: it is logged, and `revive` is to
/// start again what it may have ended. That is repeated until it succeeds.
void run_events(boost::asio::io_context& context, const std::function<void()>& revive);

/// Does what must be done where memory may have run out for a moment: again after a pause if it
/// fails, from the start, for half a second at most.
template <typename Action>
void insist(Action action) {
    constexpr int attempts = 50;
    constexpr std::chrono::milliseconds pause{10};
    for (int attempt = 1;; ++attempt) {
        try {
            action();
            return;
        } catch (const std::bad_alloc&) {
            if (attempt == attempts) {
                throw;
            }
            std::this_thread::sleep_for(pause);
        }
    }
}

/// Whether a coroutine runs, or is about to: Asio destroys one that cannot begin or wait for want
/// of memory. As a parameter of the coroutine it lives as long as that, in whatever order a
/// compiler destroys those.
class RunningMark {
public:
    explicit RunningMark(std::shared_ptr<bool> running) : running_{std::move(running)} {
        *running_ = true;
    }
    ~RunningMark() {
        if (running_) {
            *running_ = false;
        }
    }
    RunningMark(RunningMark&&) = default;
    RunningMark(const RunningMark&) = delete;
    RunningMark& operator=(const RunningMark&) = delete;
    RunningMark& operator=(RunningMark&&) = delete;

private:
    std::shared_ptr<bool> running_;
};

/// Starts a coroutine that is to run as long as the server does, if it does not: `run` makes it of
/// its mark. What ends it leaves the context, so that `run_events` revives it.
template <typename Run>
void keep_running(boost::asio::io_context& context, std::shared_ptr<bool> running, Run run) {
    if (!*running) {
        boost::asio::co_spawn(context, run(RunningMark{std::move(running)}),
                              [](const std::exception_ptr& exception) {
                                  if (exception) {
                                      std::rethrow_exception(exception);
                                  }
                              });
    }
}

}  // namespace pt::server
