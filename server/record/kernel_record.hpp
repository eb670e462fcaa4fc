#pragma once

#include <span>

#include "server/record/stray_table.hpp"
#include "server/record/syn_entry.hpp"
#include "server/record/unfinished_table.hpp"

namespace pt::server {

/// What the kernel's side (syn_record.bpf.c) writes, and may be writing at any moment.
struct KernelRecord {
    std::span<const SynEntry> syns;      ///< one for each TCP port; none: the kernel does not count
    std::span<const StrayEntry> strays;  ///< one for each mark, `syn_marks` of them
    std::span<const UnfinishedBucket> unfinished;  ///< `UnfinishedBucket::buckets` of them
};

}  // namespace pt::server
