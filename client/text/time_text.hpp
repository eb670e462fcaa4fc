#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace pt::client {

/// RFC 3339 in UTC, to the second: "2026-01-31T12:00:00Z".
std::string utc_text(std::chrono::system_clock::time_point time);

/// To the millisecond: "2026-01-31T12:00:00.123Z".
std::string utc_text_ms(std::chrono::system_clock::time_point time);

/// Either of them, exactly as it is written above; years 1970 to 9999.
std::optional<std::chrono::system_clock::time_point> parse_utc_text(std::string_view text);

/// The time of day in this machine's time zone, to the millisecond: "13:00:00.250".
std::string clock_text(std::chrono::system_clock::time_point time);

/// The date there: "2026-01-31".
std::string date_text(std::chrono::system_clock::time_point time);

}  // namespace pt::client
