#pragma once

#include <string>
#include <vector>

#include "client/probe.hpp"

namespace pt::client {

/// What a person should know about a result besides its verdict: rewritten addresses, what the
/// evidence leaves open, and what the server knows of it. Pure; one short sentence each.
std::vector<std::string> notes_for(const Probe& probe, const Conclusion& conclusion,
                                   const Knowledge& knowledge = {});

}  // namespace pt::client
