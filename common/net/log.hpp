#pragma once

#include <string_view>

namespace pt::net {

enum class LogFormat { text, json };

/// Sets the default spdlog logger: stderr, one event one line whatever a message holds.
/// text: "2026-11-23 10:00:00.123 info message", coloured only on a terminal without NO_COLOR;
/// json: {"time":"RFC 3339 UTC","level":"info","message":"..."}.
/// `level` is one of trace, debug, info, warn, error, off.
void set_up_log(LogFormat format, std::string_view level);

/// Whether `level` is one of the words above.
bool is_log_level(std::string_view level);

}  // namespace pt::net
