#pragma once

#include <cstdint>
#include <memory>
#include <mutex>

#include "server/journal/archive.hpp"

namespace pt::server {

/// The archive that all of the server's threads have in common, and the lock around it. Proof of
/// arrival must not depend on which thread heard a frame, so this is the one thing that threads
/// share; noting a frame holds the lock for a fraction of a microsecond.
class SharedArchive {
public:
    explicit SharedArchive(std::uint64_t secret) : archive_{secret} {}

    /// The archive, for as long as this lives.
    class Locked {
    public:
        Archive* operator->() const { return archive_; }
        Archive& operator*() const { return *archive_; }

    private:
        friend SharedArchive;
        Locked(std::mutex& mutex, Archive& archive) : lock_{mutex}, archive_{&archive} {}

        std::unique_lock<std::mutex> lock_;
        Archive* archive_;
    };
    Locked lock() { return {mutex_, archive_}; }

private:
    std::mutex mutex_;
    Archive archive_;
};

}  // namespace pt::server
