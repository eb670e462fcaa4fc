#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "server/journal/handshake_watch.hpp"
#include "server/journal/shared_archive.hpp"

namespace pt::server {

/// Makes those polls of half-open handshakes that take long, on a thread of its own: under a flood
/// there are 100,000 of them. It asks the kernel and sorts without the archive's lock, and adds
/// what is new to the record in slices of some microseconds.
class HandshakeThread {
public:
    /// Starts the thread; throws std::system_error where there can be none. Both must outlive this.
    /// What the calling thread may not do, this one may not either.
    HandshakeThread(SharedArchive& archive, HandshakeWatch& watch);
    /// Ends a poll that is under way within some milliseconds. The archive must not be locked.
    ~HandshakeThread();
    HandshakeThread(const HandshakeThread&) = delete;
    HandshakeThread& operator=(const HandshakeThread&) = delete;

private:
    void wake();
    void run();
    bool poll_once();
    void add_notes(const HandshakePoll& poll);

    SharedArchive& archive_;
    HandshakeWatch& watch_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool wanted_ = false;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

}  // namespace pt::server
