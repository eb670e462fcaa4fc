#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "client/duplicates.hpp"
#include "client/probe.hpp"
#include "common/core/inquiry.hpp"

namespace pt::client {

/// What shows only over several ports of a run: how a NAT maps, which ports lead to another server,
/// what the network doubled or put out of order. Pure; one sentence each.
std::vector<std::string> path_notes(const std::vector<Probe>& probes, const Duplicates& duplicates,
                                    const SessionCounters& counters);

}  // namespace pt::client
