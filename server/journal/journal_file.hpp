#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include "common/net/log_throttle.hpp"
#include "server/journal/journal_text.hpp"
#include "server/journal/shared_archive.hpp"

namespace pt::server {

/// --journal-file: what has arrived, kept in a file that only the server's user may read, for
/// clients that can ask over no port. A reader finds it whole at any time: each version is written
/// beside it and takes its place. Written at most once a second, by a thread of its own, which
/// locks the archive for some hundred microseconds at a time, so that nobody's echo waits for it or
/// for the disk. What cannot be written is logged, and stops nothing.
class JournalFile {
public:
    /// Writes the first version; throws std::system_error where that cannot be done.
    JournalFile(std::string path, SharedArchive& archive, std::uint64_t instance, TimePoint now);
    ~JournalFile() { end_thread(); }
    JournalFile(const JournalFile&) = delete;
    JournalFile& operator=(const JournalFile&) = delete;

    /// From now on the thread writes what has changed; throws std::system_error where there can be
    /// none. What the calling thread may not do, that one may not either.
    void start_thread();
    /// Where there is no thread: called every now and then, while the archive is not locked.
    void update(TimePoint now);
    /// Ends the thread, and writes what has changed.
    void finish(TimePoint now);

private:
    /// What the archive has noted, and when the kernel last counted something.
    struct State {
        std::size_t changes = 0;
        TimePoint last_syn{};
        friend bool operator==(const State&, const State&) = default;
    };
    State state() const;
    bool is_due(TimePoint now) const;
    std::error_code write(TimePoint now, const JournalWriter::Pause& pause);
    void write_or_log(TimePoint now, const JournalWriter::Pause& pause);
    void run();
    void end_thread();

    std::string path_;
    SharedArchive& archive_;
    std::uint64_t instance_;
    TimePoint next_;
    State begun_;  ///< as it was when the last version was begun
    net::LogThrottle log_;
    std::mutex mutex_;
    std::condition_variable woken_;
    std::atomic<bool> stop_ = false;
    std::thread thread_;
};

}  // namespace pt::server
