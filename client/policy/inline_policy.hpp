#pragma once

#include <string>
#include <vector>

#include "client/policy/policy.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// A policy of one test from words, as "open:tcp/443", "blocked:udp/53", "open,answered:tcp/22".
Expected<Policy> inline_policy(const std::string& host, const std::vector<std::string>& words);

}  // namespace pt::client
