#pragma once

#include <string>

#include "client/result/result_refs.hpp"

namespace pt::client {

/// Where this host's end of a probe came from, and when its port was free again: the life of an
/// ephemeral port, with what this scan saw of one TCP probe and one UDP probe as examples. Lines.
std::string port_life(const ResultRefs& results, const ExplainFacts& facts);

/// "The range of this host is 32768-60999 (net.ipv4.ip_local_port_range)", and how it lies to the
/// dynamic ports; "" where the range is not known.
std::string ephemeral_range_text(const ExplainFacts& facts);

}  // namespace pt::client
