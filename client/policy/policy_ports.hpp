#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "client/policy/policy.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// Ports as one word of a policy names them, and what it expects of them.
struct PortClaim {
    std::vector<PortSet::Range> ports;
    Wanted wanted;
};

/// A claim that contradicts another one.
struct ClaimConflict {
    std::size_t claim = 0;  ///< its place
    std::string message;
};

/// Makes one expectation of each port. A port that is named by itself is no part of a range that is
/// expected to be something else, and what is blocked in a range leaves out what is not; two
/// different expectations of equal rank are a conflict.
Expected<std::vector<Expectation>, ClaimConflict> settle_claims(
    const std::vector<PortClaim>& claims);

}  // namespace pt::client
