#pragma once

#include <optional>

#include "client/pace/scan_work.hpp"
#include "client/pace/work_history.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// How long a scan will take from now on; nothing where that is not known. Pure.
std::optional<TimeRange> time_left(const ScanWork& work, const RecentWork& recent);

/// The share of probes without an answer, of all so far; nothing where none can be judged.
std::optional<double> silent_share(const ScanWork& work);

}  // namespace pt::client
