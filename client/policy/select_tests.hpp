#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "client/policy/policy.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// Leaves in the policy the tests with these names (all where none is given) that are to run from
/// this place; without a place, those that may run from any. Returns how many were left out for
/// their place. An error where a name is unknown, or no test is left.
Expected<std::size_t> select_tests(Policy& policy, const std::vector<std::string>& names,
                                   const std::optional<std::string>& from);

}  // namespace pt::client
