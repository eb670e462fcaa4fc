#pragma once

#include <functional>
#include <latch>
#include <memory>
#include <thread>
#include <utility>

namespace pt::server {

/// Starts a thread and waits until it runs `body`: what the C library calls to start a thread has
/// been called by then, so that system calls may be restricted. Throws std::system_error where
/// there can be none.
inline std::thread running_thread(std::function<void()> body) {
    // Shared: the thread may still be in count_down() when the wait has ended.
    const auto runs = std::make_shared<std::latch>(1);
    std::thread thread{[runs, body = std::move(body)] {
        runs->count_down();
        body();
    }};
    runs->wait();
    return thread;
}

}  // namespace pt::server
