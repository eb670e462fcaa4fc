#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "common/core/endpoint.hpp"
#include "common/net/log_key.hpp"

namespace pt::net {

/// Texts and lists are not copied, and nothing is formatted before it is known to be logged.
using LogValue = std::variant<std::monostate, std::uint64_t, std::string_view, std::error_code,
                              IpAddress, SocketAddress, std::span<const std::string>>;

/// A fact of an event.
struct LogField {
    LogKey key;
    LogValue value;
    std::optional<std::string> in_message;  ///< if it differs from the JSON value
};

/// One whose key is known when it is compiled. Made by `field`.
template <LogKey>
struct Field : LogField {};

inline LogValue log_number(std::unsigned_integral auto number) { return std::uint64_t{number}; }
inline LogValue log_number(Port port) { return std::uint64_t{to_number(port)}; }

inline LogValue log_text(std::string_view text) { return text; }
inline LogValue log_text(Protocol protocol) { return to_string(protocol); }
inline LogValue log_text(const std::error_code& error) { return error; }
inline LogValue log_text(const IpAddress& address) { return address; }
inline LogValue log_text(const SocketAddress& address) { return address; }

/// `field<LogKey::port>(port)`: what the value may be depends on the key. An empty text and no
/// value are null in JSON. `in_message` is the text in the message, if it differs from the JSON
/// value. What it refers to must live until the event is logged or made: in one expression,
/// temporaries do.
template <LogKey key, class Value>
Field<key> field(const Value& value, std::optional<std::string> in_message = std::nullopt) {
    constexpr auto kind = row_of(key).kind;
    if constexpr (kind == LogKind::number) {
        return {{key, log_number(value), std::move(in_message)}};
    } else if constexpr (kind == LogKind::text) {
        return {{key, log_text(value), std::move(in_message)}};
    } else {
        return {{key, std::span<const std::string>{value}, std::move(in_message)}};
    }
}
template <LogKey key, class Value>
Field<key> field(const std::optional<Value>& value,
                 std::optional<std::string> in_message = std::nullopt) {
    return value ? field<key>(*value, std::move(in_message))
                 : Field<key>{{key, {}, std::move(in_message)}};
}

}  // namespace pt::net
