#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include "common/net/log_throttle.hpp"
#include "server/journal/journal_text.hpp"
#include "server/journal/shared_archive.hpp"

namespace pt::server {

/// --journal-file: what has arrived, kept in a file that only the server's user may read, for
/// clients that can ask over no port. A reader finds it whole at any time: each version is written
/// beside it and takes its place. Written at most once a second, a part at a time, so that nobody's
/// echo waits for it. What cannot be written is logged, and stops nothing.
class JournalFile {
public:
    /// Writes the first version; throws std::system_error where that cannot be done.
    JournalFile(std::string path, SharedArchive& archive, std::uint64_t instance, TimePoint now);

    /// Called every now and then, when the archive has polled the half-open handshakes: writes what
    /// has changed when it is time to. The archive must not be locked.
    void update(TimePoint now);
    /// Writes what has changed, at the end.
    void finish(TimePoint now);

private:
    /// What the archive has noted, and when the kernel last counted something.
    struct State {
        std::size_t changes = 0;
        TimePoint last_syn{};
        friend bool operator==(const State&, const State&) = default;
    };
    State state() const;
    void begin(TimePoint now);
    std::error_code write();
    void write_or_log(TimePoint now);

    std::string path_;
    SharedArchive& archive_;
    std::uint64_t instance_;
    TimePoint next_;
    State begun_;  ///< as it was when the present or last version was begun
    std::optional<JournalWriter> writer_;
    net::LogThrottle log_;
};

}  // namespace pt::server
