#pragma once

#include <string>

#include "client/result/result_refs.hpp"

namespace pt::client {

/// The terms of a scan, each once: port and protocol, the three ranges of RFC 6335, TCP beside
/// UDP with what was found on the same numbers, ephemeral ports, services. Lines.
std::string terms(const ResultRefs& results, const ExplainFacts& facts);

/// The three ranges of RFC 6335 side by side.
std::string port_ranges();

/// What differs between TCP and UDP, side by side, with what each shows about a port.
std::string tcp_beside_udp();

}  // namespace pt::client
