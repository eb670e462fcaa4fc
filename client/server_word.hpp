#pragma once

#include <string_view>
#include <vector>

#include "client/probe.hpp"

/// How far a server's word goes in a run, and how far its silence. Pure.
namespace pt::client {

/// Whether a server that did nothing for a while may have made all of this: no answer at all, or
/// none behind a handshake, which its kernel completes without it.
bool may_be_standstill(const Findings& findings);

/// What is said of a port then.
inline constexpr std::string_view standstill_note = "pt-server stood still for a while: try again";

}  // namespace pt::client
