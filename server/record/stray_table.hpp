#pragma once

#include <cstdint>
#include <span>

#include "common/core/port.hpp"
#include "common/core/syn_mark.hpp"
#include "common/core/timing.hpp"

namespace pt::server {

/// What the kernel's side (syn_record.bpf.c) keeps of SYNs with one mark that came to another port
/// than those that it stands for: one such entry for each mark. Times are nanoseconds of the
/// monotonic clock; 0: never.
struct StrayEntry {
    std::uint64_t last = 0;
    /// When the latest one came that was followed by one on another port.
    std::uint64_t moved = 0;
    std::uint64_t port = 0;  ///< to which the latest one came
};

/// SYNs that went astray, whoever sent them: their marks tell of few ports besides those that they
/// were sent to. All entries, or none: then nothing is known.
class StrayTable {
public:
    StrayTable() = default;
    explicit StrayTable(std::span<const StrayEntry> entries) : entries_{entries} {}

    /// Whether SYNs that were sent to this port may have come to another one since then, by their
    /// marks.
    bool may_be_of(Port port, TimePoint since) const;
    /// The same of any port: where the same mark came to several ports, a device may have changed
    /// it. Looks at all entries: for many ports, once.
    bool may_be_of_any(TimePoint since) const;
    bool any(TimePoint since) const;

private:
    std::span<const StrayEntry> entries_;
};

}  // namespace pt::server
