#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "client/result/result_refs.hpp"

namespace pt::client {

/// A policy that expects what was found, as a file: for each host what is open, what is proved to
/// be blocked, and else the verdict. What is not proved (untested, or silence of unknown direction)
/// is left out, and named in comments.
/// `results` are ordered by host.
std::string found_policy(const ResultRefs& results,
                         std::optional<std::chrono::system_clock::time_point> time,
                         bool interrupted);

}  // namespace pt::client
