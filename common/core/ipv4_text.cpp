#include "common/core/ipv4_text.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace pt {
namespace {

enum class LeadingZero { decimal, octal };

/// One number, up to 2^32 - 1.
std::optional<std::uint32_t> read_number(std::string_view text, LeadingZero leading_zero) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text.front() == '0' && leading_zero == LeadingZero::octal) {
        base = 8;
    }
    std::uint32_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number, base);
    return error == std::errc{} && stop == end ? std::optional{number} : std::nullopt;
}

/// One to four numbers; the last one fills the bytes that are left (inet_aton(3)).
std::optional<IpAddress> read_address(std::string_view text, LeadingZero leading_zero) {
    constexpr unsigned bits = 32;
    constexpr unsigned bits_per_byte = 8;
    std::uint32_t address = 0;
    for (unsigned filled = 0;; filled += bits_per_byte) {
        const auto dot = text.find('.');
        const auto number = read_number(text.substr(0, dot), leading_zero);
        const bool is_last = dot == std::string_view::npos;
        const unsigned width = is_last ? bits - filled : bits_per_byte;
        if (!number || (width < bits && *number >> width != 0) ||
            (!is_last && filled + bits_per_byte == bits)) {
            return std::nullopt;
        }
        address |= *number << (bits - filled - width);
        if (is_last) {
            break;
        }
        text.remove_prefix(dot + 1);
    }
    IpAddress::V4Bytes bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<std::uint8_t>(address >> (bits - bits_per_byte * (i + 1)));
    }
    return IpAddress{bytes};
}

}  // namespace

std::vector<IpAddress> other_ipv4_readings(std::string_view text) {
    std::vector<IpAddress> readings;
    if (IpAddress::parse(text)) {
        return readings;
    }
    for (const auto leading_zero : {LeadingZero::decimal, LeadingZero::octal}) {
        const auto address = read_address(text, leading_zero);
        if (address && (readings.empty() || readings.front() != *address)) {
            readings.push_back(*address);
        }
    }
    return readings;
}

std::string other_ipv4_remedy(std::string_view text) {
    const auto readings = other_ipv4_readings(text);
    if (readings.empty()) {
        return "";
    }
    return "write an IPv4 address as four decimal numbers without leading zeros, since programs "
           "read other forms differently: " +
           readings.front().to_string() +
           (readings.size() > 1
                ? ", or " + readings.back().to_string() + " where a leading 0 means octal"
                : "");
}

}  // namespace pt
