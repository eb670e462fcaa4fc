#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/core/verdict.hpp"
#include "common/json/json_fields.hpp"

/// What a probe saw, as the value of the key "findings" of a result.
namespace pt::client {

/// An object; `attempts` is the number of attempts that the counters are out of.
std::string findings_json(const Findings& findings, std::uint32_t attempts);

/// Reads it back, strictly; `v6` says which ICMP the probe could meet. Nothing where the result has
/// none (an older pt-client's), and after a complaint.
std::optional<Findings> read_findings(JsonFields& fields, bool v6);

}  // namespace pt::client
