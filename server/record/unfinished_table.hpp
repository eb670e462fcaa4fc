#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "common/core/inquiry.hpp"
#include "common/core/port.hpp"
#include "common/core/timing.hpp"
#include "server/record/source_key.hpp"

namespace pt::server {

/// What the kernel's side (syn_record.bpf.c) keeps of handshakes with pt-server's listeners whose
/// SYN had no mark and which no segment has completed, whether they are half-open, were reset or
/// given up: those with the ports of one residue. It writes at any moment, on several processors at
/// once.
struct UnfinishedBucket {
    static constexpr std::size_t buckets = 512;
    static constexpr std::size_t places_per_bucket = 10;
    struct Place {
        std::uint64_t ends = 0;  ///< our port in bits 16-31, the peer's port below; 0: free
        SourceKey key = 0;
        std::uint64_t began = 0;  ///< the latest SYN; nanoseconds of the monotonic clock
    };

    std::uint64_t displaced = 0;  ///< the latest one that had to make room
    std::uint64_t unused = 0;
    std::array<Place, places_per_bucket> places{};
};
static_assert(sizeof(UnfinishedBucket) == 256, "as the kernel's side has it");

/// All buckets, or none: then nothing is known.
class UnfinishedTable {
public:
    UnfinishedTable() = default;
    explicit UnfinishedTable(std::span<const UnfinishedBucket> buckets) : buckets_{buckets} {}

    /// How many handshakes with this port match one of the keys and began since then; `many` or
    /// more where some had to make room.
    std::size_t count(Port port, std::span<const SourceKey> keys, KeyMatch match,
                      TimePoint since) const;
    static constexpr std::size_t many = PortRecord::many_unfinished;

private:
    std::span<const UnfinishedBucket> buckets_;
};

}  // namespace pt::server
