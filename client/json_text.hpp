#pragma once

#include <optional>
#include <string>
#include <string_view>

/// The few pieces of JSON (RFC 8259) that reports are made of. Always ASCII, whatever bytes a name
/// or a note holds; no locale.
namespace pt::client {

/// In quotes. UTF-8 becomes \uXXXX; each byte that is no UTF-8 becomes \ufffd.
std::string json_string(std::string_view text);

/// `null` where there is nothing.
std::string json_string_or_null(const std::optional<std::string>& text);

/// One object, key by key: `JsonObject{}.add("port", "443").text()`. Values are JSON already.
class JsonObject {
public:
    JsonObject& add(std::string_view key, std::string_view json);
    std::string text() const { return text_ + '}'; }

private:
    std::string text_ = "{";
};

}  // namespace pt::client
