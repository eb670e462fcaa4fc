#pragma once

#include <string>
#include <vector>

#include "client/options/options.hpp"
#include "client/options/targets.hpp"
#include "client/probe/probe_list.hpp"
#include "client/scan/run.hpp"

/// From what a person asked for to what a run is told.
namespace pt::client {

/// Splits what is bounded for the whole run among the protocols; draws the session's random
/// numbers; raises the limit of open descriptors.
RunSettings run_settings(const Options& options, const std::vector<ProbeBlock>& blocks);

/// As typed, in the targets' order: what `Probe::host` points into.
std::vector<std::string> host_names(const Targets& targets);

}  // namespace pt::client
