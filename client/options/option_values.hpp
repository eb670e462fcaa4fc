#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

/// Values of options, read strictly: the whole word or nothing.
namespace pt::client {

/// A whole number within bounds, decimal digits only.
std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t least,
                                          std::uint32_t most);

/// "500ms", "3s", "1m", "2h": a whole number and its unit, 1 ms to `longest`.
std::optional<std::chrono::milliseconds> parse_duration(
    std::string_view text, std::chrono::milliseconds longest = std::chrono::hours{1});

/// A DSCP (RFC 2474) as its number, 0 to 63, or as its name: "ef" (RFC 3246), "cs0" to "cs7",
/// "af11" to "af43" (RFC 2597), letters of either case.
std::optional<std::uint8_t> parse_dscp(std::string_view text);

}  // namespace pt::client
