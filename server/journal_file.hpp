#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "server/archive.hpp"
#include "server/log_throttle.hpp"

namespace pt::server {

/// --journal-file: what has arrived, kept in a file that only the server's user may read, for
/// clients that can ask over no port. A reader finds it whole at any time: each version is written
/// beside it and takes its place. Written at most once a second, and seldom enough that it costs
/// the server next to nothing. What cannot be written is logged, and stops nothing.
class JournalFile {
public:
    /// Writes the first version; throws std::system_error where that cannot be done.
    JournalFile(std::string path, Archive& archive, std::uint64_t instance, TimePoint now);

    /// Called every now and then, when the archive has looked for half-open handshakes: writes what
    /// has changed when it is time to.
    void update(TimePoint now);
    /// Writes what has changed, at the end.
    void finish(TimePoint now);

private:
    std::size_t changes() const;
    std::error_code write(TimePoint now);
    void write_or_log(TimePoint now);

    std::string path_;
    Archive& archive_;
    std::uint64_t instance_;
    TimePoint next_;
    std::size_t written_changes_ = 0;
    LogThrottle log_;
};

}  // namespace pt::server
