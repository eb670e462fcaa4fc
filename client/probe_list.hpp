#pragma once

#include <vector>

#include "client/options.hpp"
#include "client/probe.hpp"
#include "client/targets.hpp"
#include "common/net/resolution.hpp"

namespace pt::client {

/// Every endpoint of a run, in the order of hosts, addresses, protocols and ports. A host without
/// an address still yields its ports, each finished already as a local error, so that no port that
/// was asked for is missing from the results. `resolutions` has one entry for each target.
std::vector<Probe> list_probes(const Targets& targets,
                               const std::vector<net::Resolution>& resolutions, bool all_addresses);

}  // namespace pt::client
