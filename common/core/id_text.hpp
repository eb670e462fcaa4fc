#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pt {

/// A session's or an instance's 16 hexadecimal digits.
std::string hex_id(std::uint64_t id);

/// Nothing unless the word is just that.
std::optional<std::uint64_t> parse_id(std::string_view word);

/// A key's 8 hexadecimal digits.
std::string key_id_text(std::uint32_t id);

/// Nothing unless the word is just that.
std::optional<std::uint32_t> parse_key_id(std::string_view word);

}  // namespace pt
