#pragma once

#include <chrono>
#include <string>

namespace pt::client {

/// RFC 3339 in UTC, to the second: "2026-01-31T12:00:00Z".
std::string utc_text(std::chrono::system_clock::time_point time);

/// RFC 3339 in UTC, to the millisecond: "2026-01-31T12:00:00.250Z".
std::string utc_milliseconds_text(std::chrono::system_clock::time_point time);

/// The time of day in this machine's time zone, to the millisecond: "13:00:00.250".
std::string clock_text(std::chrono::system_clock::time_point time);

}  // namespace pt::client
