#pragma once

#include <string>
#include <vector>

#include "client/result/result.hpp"

namespace pt::client {

/// Where the attempts of one probe had different outcomes: what became of those that the verdict
/// does not speak of (lost, refused, ended by an ICMP error). Pure; one short sentence each.
std::vector<std::string> attempt_notes(const Result& found, const Conclusion& conclusion);

}  // namespace pt::client
