#pragma once

#include <chrono>
#include <string>

namespace pt::client {

/// RFC 3339 in UTC, to the second: "2026-01-31T12:00:00Z".
std::string utc_text(std::chrono::system_clock::time_point time);

}  // namespace pt::client
