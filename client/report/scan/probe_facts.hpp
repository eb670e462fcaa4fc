#pragma once

#include <string>

#include "client/result/result.hpp"

/// What finds a probe in the log of a firewall, in a capture or in pt-server's log. Pure.
namespace pt::client {

/// "198.51.100.4:52123 -> 192.0.2.7:443; concluded 2026-01-31 13:00:00.250; 1 attempt; ...": what
/// the result holds, in one line of printable ASCII; what it does not hold is left out, and "" if
/// that is everything. Times are in this machine's time zone, as in most logs.
std::string probe_facts(const Result& result);

}  // namespace pt::client
