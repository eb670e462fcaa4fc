#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/policy/policy.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// Leaves in the policy the tests with these names (all where none is given) that are to run from
/// this place ("from"); without a place, those that name none. Returns the names of those that were
/// left out for their place. An error where a name is unknown or of another place, or no test is
/// left.
Expected<std::vector<std::string>> select_tests(Policy& policy,
                                                const std::vector<std::string>& names,
                                                const std::optional<std::string>& from);

}  // namespace pt::client
