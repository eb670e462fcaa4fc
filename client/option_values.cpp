#include "client/option_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "common/net/safe_text.hpp"

namespace pt::client {
namespace {

bool is_digit(char character) { return character >= '0' && character <= '9'; }

}  // namespace

std::optional<std::uint32_t> parse_number(std::string_view text, std::uint32_t least,
                                          std::uint32_t most) {
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || number < least || number > most) {
        return std::nullopt;
    }
    return number;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    using std::chrono::milliseconds;
    constexpr std::array<std::pair<std::string_view, milliseconds>, 3> units{
        {{"ms", milliseconds{1}}, {"s", milliseconds{1000}}, {"m", milliseconds{60'000}}}};
    constexpr milliseconds longest = std::chrono::hours{1};

    const auto unit_at = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
    const auto unit = std::find_if(units.begin(), units.end(), [&](const auto& candidate) {
        return candidate.first == text.substr(unit_at);
    });
    if (unit == units.end()) {
        return std::nullopt;
    }
    const auto most = static_cast<std::uint32_t>(longest / unit->second);
    const auto number = parse_number(text.substr(0, unit_at), 1, most);
    return number ? std::optional{*number * unit->second} : std::nullopt;
}

std::string quote_word(std::string_view word) {
    constexpr std::size_t longest = 80;
    return '\'' + net::safe_text(word, longest) + '\'';
}

}  // namespace pt::client
