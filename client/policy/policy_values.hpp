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

/// Any verdict but `untested`, which says nothing of the network.
std::optional<Verdict> parse_expected_verdict(std::string_view word);
/// "open, answered, closed": what may stand there.
std::string verdicts_allowed();

/// The same, said in one way: the verdict open alone is `open`.
Wanted normalized(const Wanted& wanted);

/// "db (10.0.0.5)"; the name alone where it is the host itself.
std::string describe(const PolicyHost& host);

/// "tcp/443", "tcp/8000-8100".
std::string describe(const PortSet::Range& range);

}  // namespace pt::client
