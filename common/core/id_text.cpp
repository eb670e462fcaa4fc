#include "common/core/id_text.hpp"

#include <charconv>

namespace pt {

std::string hex_id(std::uint64_t id) {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr unsigned digit_bits = 4;
    std::string text(2 * sizeof id, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, id >>= digit_bits) {
        *digit = digits[id & 0xFU];
    }
    return text;
}

std::optional<std::uint64_t> parse_id(std::string_view word) {
    std::uint64_t id = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id, 16);
    const bool whole = error == std::errc{} && end == word.data() + word.size();
    return whole && word.size() == 2 * sizeof id ? std::optional{id} : std::nullopt;
}

std::string key_id_text(std::uint32_t id) {
    return hex_id(id).substr(2 * sizeof(std::uint64_t) - 2 * sizeof id);
}

std::optional<std::uint32_t> parse_key_id(std::string_view word) {
    const auto id = parse_id(std::string(2 * sizeof(std::uint32_t), '0') += word);
    return id ? std::optional{static_cast<std::uint32_t>(*id)} : std::nullopt;
}

}  // namespace pt
