#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/policy/policy.hpp"
#include "common/core/port_set.hpp"

/// Words of a policy, as they stand in a file or on the command line.
namespace pt::client {

std::optional<Proof> parse_proof(std::string_view word);
std::optional<Method> parse_method(std::string_view word);

/// "as open, filtered or closed": what may stand where a verdict is expected.
std::string verdicts_allowed();

/// "db (10.0.0.5)"; the name alone where it is the host itself.
std::string describe(const PolicyHost& host);

/// "tcp/443", "tcp/8000-8100".
std::string describe(const PortSet::Range& range);

}  // namespace pt::client
