#pragma once

#include <iosfwd>
#include <optional>
#include <utility>

#include "client/options/options.hpp"
#include "client/result/result.hpp"

namespace pt::client {

/// What --explain tells of this machine; what the kernel does not tell stays unknown.
ExplainFacts read_explain_facts(const Options& options);

/// net.ipv4.ip_local_port_range, which is that of IPv6 too (ip(7)); both ends within.
std::optional<std::pair<Port, Port>> read_ephemeral_range();

/// "32768\t60999", as net.ipv4.ip_local_port_range has it.
std::optional<std::pair<Port, Port>> parse_port_range(std::istream& text);

}  // namespace pt::client
