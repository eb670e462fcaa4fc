#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The few pieces of JSON (RFC 8259) that reports are made of. Always ASCII, whatever bytes a name
/// or a note holds; no locale.
///
/// Not Boost.JSON, which reads such files: its serializer cannot write this layout, ASCII only or
/// numbers such as 0.200000, and a scan of all ports takes 5 to 14 % more processor time with it.
namespace pt::client {

/// In quotes. UTF-8 becomes \uXXXX; each byte that is no UTF-8 becomes \ufffd.
std::string json_string(std::string_view text);

/// One object, key by key, in one growing text: there are tens of thousands of them in a report.
/// Keys are plain words of ours.
class JsonObject {
public:
    JsonObject();

    JsonObject& text(std::string_view key, std::string_view value);
    JsonObject& number(std::string_view key, std::uint64_t value);
    /// A value that is JSON already.
    JsonObject& json(std::string_view key, std::string_view value);

    /// `null` where there is nothing.
    JsonObject& text_or_null(std::string_view key, std::string_view value);
    template <class Value>
    JsonObject& text_or_null(std::string_view key, const std::optional<Value>& value) {
        return text_or_null(key, value ? value->to_string() : std::string{});
    }
    JsonObject& number_or_null(std::string_view key, std::optional<std::uint64_t> value);

    /// The whole text; the object is used up.
    std::string end();

private:
    std::string& begin(std::string_view key);

    std::string text_;
};

}  // namespace pt::client
