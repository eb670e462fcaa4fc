#pragma once

#include <string>
#include <vector>

#include "client/probe.hpp"

namespace pt::client {

/// What a person should know about a result besides its verdict: rewritten addresses, and what
/// the evidence leaves open. Pure; one short sentence each.
std::vector<std::string> notes_for(const Probe& probe, const Conclusion& conclusion);

}  // namespace pt::client
