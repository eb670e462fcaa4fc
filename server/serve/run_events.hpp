#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>

namespace pt::server {

/// Runs a context until it is stopped or has nothing left to do. An exception that leaves a
/// handler, as for want of memory, costs that event and no other: it is logged, and `revive` is to
/// start again what it may have ended. That is repeated until it succeeds.
void run_events(boost::asio::io_context& context, const std::function<void()>& revive);

/// Whether a coroutine runs, for as long as it does: Asio destroys one that cannot wait for want of
/// memory.
class RunningMark {
public:
    explicit RunningMark(bool& running) : running_{running} { running_ = true; }
    ~RunningMark() { running_ = false; }
    RunningMark(const RunningMark&) = delete;
    RunningMark& operator=(const RunningMark&) = delete;

private:
    bool& running_;
};

}  // namespace pt::server
