#include "client/options/option_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

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

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text,
                                                        std::chrono::milliseconds longest) {
    using std::chrono::milliseconds;
    constexpr std::array<std::pair<std::string_view, milliseconds>, 4> units{
        {{"ms", milliseconds{1}},
         {"s", milliseconds{1000}},
         {"m", milliseconds{60'000}},
         {"h", milliseconds{3'600'000}}}};

    const auto unit_at = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), is_digit) - text.begin());
    const auto unit = std::find_if(units.begin(), units.end(), [&](const auto& candidate) {
        return candidate.first == text.substr(unit_at);
    });
    if (unit == units.end()) {
        return std::nullopt;
    }
    const auto most = static_cast<std::uint32_t>(std::min<milliseconds::rep>(
        longest / unit->second, std::numeric_limits<std::uint32_t>::max()));
    const auto number = parse_number(text.substr(0, unit_at), 1, most);
    return number ? std::optional{*number * unit->second} : std::nullopt;
}

namespace {

/// The digit, where it is one from `least` to `most`.
std::optional<unsigned> digit(char character, unsigned least, unsigned most) {
    const auto value = static_cast<unsigned>(character) - '0';
    return value >= least && value <= most ? std::optional{value} : std::nullopt;
}

}  // namespace

std::optional<std::uint8_t> parse_dscp(std::string_view text) {
    constexpr std::uint8_t most = 63;
    constexpr std::uint8_t expedited_forwarding = 46;
    if (const auto number = parse_number(text, 0, most)) {
        return static_cast<std::uint8_t>(*number);
    }
    std::string name{text};
    std::transform(name.begin(), name.end(), name.begin(), [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
    });
    if (name == "ef") {
        return expedited_forwarding;
    }
    if (name.size() == 3 && name.starts_with("cs")) {
        if (const auto selector = digit(name[2], 0, 7)) {
            return static_cast<std::uint8_t>(*selector * 8);
        }
    }
    if (name.size() == 4 && name.starts_with("af")) {
        const auto group = digit(name[2], 1, 4);
        const auto precedence = digit(name[3], 1, 3);
        if (group && precedence) {
            return static_cast<std::uint8_t>(*group * 8 + *precedence * 2);
        }
    }
    return std::nullopt;
}

}  // namespace pt::client
