#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "server/record/attribution.hpp"
#include "server/record/scan_time.hpp"
#include "server/record/source_key.hpp"

namespace pt::server {

/// What the kernel's side (syn_record.bpf.c) keeps of the first segments (SYNs) to one TCP port:
/// the latest of each of three sources. It writes at any moment, on several processors at once.
/// Whoever sends from many addresses makes the record weaker, never wrong: that something came is
/// always known, and that a source had to make room is known too.
struct SynEntry {
    static constexpr std::size_t sources_per_port = 3;
    struct Source {
        SourceKey key = 0;  ///< 0: this place is free
        /// Nanoseconds of the monotonic clock, as all times here; the lowest bits are flags.
        std::uint64_t last = 0;
    };

    /// What marks (common/core/syn_mark.hpp) SYNs of a source had that came within a minute of each
    /// other. One with the mark of another port counts in `last` of the port alone.
    static constexpr std::uint64_t odd_mark = 1, even_mark = 2, unmarked = 4;

    std::uint64_t last = 0;       ///< of any source; 0: never
    std::uint64_t displaced = 0;  ///< the latest of a source that had to make room
    std::array<Source, sources_per_port> sources{};
};
static_assert(sizeof(SynEntry) == 64, "one cache line, as the kernel's side has it");

/// Reads an entry that the kernel's side may be writing.
SynEntry load(const SynEntry& shared);

/// What arrived in a scan's time; `ours` are the keys of its sources, and what has one of the keys
/// in `ignored` does not count.
Attribution attribute(const SynEntry& entry, std::span<const SourceKey> ours,
                      std::span<const SourceKey> ignored, const ScanTime& scan);

/// Whether a source that matches one of the keys has sent something since then, as far as is still
/// known. Reads an entry that the kernel's side may be writing.
bool has_from(const SynEntry& shared, std::span<const SourceKey> keys, KeyMatch match,
              TimePoint since);
/// What the marks tell of all SYNs that sources which match one of the keys have sent since then:
/// whether there were any; whether none lacked the port's mark; and whether each source sent both
/// kinds of it, so that they are no other port's. The last two only where none had to make room.
struct SynMarks {
    bool found = false;
    bool all = true;
    bool both = true;
};
SynMarks marks_from(const SynEntry& shared, std::span<const SourceKey> keys, KeyMatch match,
                    TimePoint since);
/// When anything last came.
TimePoint last_of(const SynEntry& shared);
/// Whether any source has.
bool has_any(const SynEntry& shared, TimePoint since);
/// Whether that may not be known any more.
bool has_displaced(const SynEntry& shared, TimePoint since);

}  // namespace pt::server
