#pragma once

#include <string_view>
#include <vector>

#include "client/probe.hpp"

/// How far a server's word goes in a run, and how far its silence. Pure.
namespace pt::client {

/// The server tells of handshakes from the address that a question came from. Where a NAT may have
/// shown it the probes under another one, none of them being told means nothing. That it has not,
/// is taken from the echoes; of rewritten ones, two must agree with the question.
bool seen_only_as(const std::vector<Probe>& probes, const IpAddress& asker,
                  const IpAddress& server);

/// Whether a server that did nothing for a while may have made all of this: no answer at all, or
/// none behind a handshake, which its kernel completes without it.
bool may_be_standstill(const Findings& findings);

/// What is said of a port then.
inline constexpr std::string_view standstill_note = "pt-server stood still for a while: try again";

}  // namespace pt::client
