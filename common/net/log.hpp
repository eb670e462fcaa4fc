#pragma once

#include <new>
#include <string_view>
#include <type_traits>

#include "common/net/log_event.hpp"

namespace pt::net {

enum class LogFormat { text, json };
enum class LogLevel { trace, debug, info, warn, error };

/// Sets up the log: stderr, one event one line whatever it holds.
/// text: "2026-11-23 10:00:00.123 info message", coloured only on a terminal without NO_COLOR;
/// json: {"time":"RFC 3339 UTC","level":"info","message":"..."} and behind them the event's fields.
/// `level` is one of trace, debug, info, warn, error, off.
void set_up_log(LogFormat format, std::string_view level);

/// Whether `level` is one of the words above.
bool is_log_level(std::string_view level);

/// Whether events of this level are logged. `log` asks that itself, before it formats anything.
bool is_logged(LogLevel level);

void log(LogLevel level, const LogEvent& event);

/// Logs an event made from a sentence and its fields (see LogEvent). If memory runs out, the event
/// is dropped.
template <LogKey... keys>
void log(LogLevel level, std::type_identity_t<Sentence<keys...>> sentence,
         const Field<keys>&... fields) {
    if (!is_logged(level)) {
        return;
    }
    try {
        log(level, LogEvent{sentence, fields...});
    } catch (const std::bad_alloc&) {
        return;
    }
}

}  // namespace pt::net
