#include "client/options/host_range.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "client/options/host_word.hpp"
#include "client/options/option_values.hpp"
#include "client/options/targets.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

constexpr unsigned v4_bits = 32;
constexpr unsigned v6_bits = 128;
/// Of the word's bits as many as one number holds: more hosts than that are too many anyway.
constexpr unsigned max_host_bits = 16;
static_assert(max_hosts <= std::size_t{1} << max_host_bits);

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

UsageError complaint(std::string_view word, const std::string& what) {
    return {quote_word(word) + ": " + what};
}

UsageError too_many(std::string_view word, const std::string& count, bool is_v4) {
    constexpr unsigned bits = std::bit_width(max_hosts) - 1;
    return complaint(word, count + " hosts, but at most " + std::to_string(max_hosts) +
                               " are allowed: use prefixes of /" +
                               std::to_string((is_v4 ? v4_bits : v6_bits) - bits) +
                               " or longer, one after the other");
}

std::uint32_t to_number(const IpAddress& address) {
    std::uint32_t number = 0;
    for (const auto byte : address.v4_bytes()) {
        number = number << 8U | byte;
    }
    return number;
}

std::string v4_text(std::uint64_t number) {
    IpAddress::V4Bytes bytes{};
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, number >>= 8U) {
        *byte = static_cast<std::uint8_t>(number & 0xFFU);
    }
    return IpAddress{bytes}.to_string();
}

/// Every one must be the address of a single host: "224.0.0.0/28" has none.
Expected<std::vector<std::string>> hosts_only(std::string_view word,
                                              std::vector<std::string> hosts) {
    for (const auto& host : hosts) {
        if (auto problem = host_complaint(host); !problem.empty()) {
            return complaint(word, problem);
        }
    }
    return hosts;
}

Expected<std::vector<std::string>> v4_between(std::string_view word, std::uint64_t first,
                                              std::uint64_t last) {
    const auto count = last - first + 1;
    if (count > max_hosts) {
        return too_many(word, std::to_string(count), true);
    }
    std::vector<std::string> hosts;
    for (auto number = first; number <= last; ++number) {
        hosts.push_back(v4_text(number));
    }
    return hosts_only(word, std::move(hosts));
}

Expected<std::vector<std::string>> expand_v4(std::string_view word, const IpAddress& address,
                                             unsigned length) {
    const std::uint64_t size = std::uint64_t{1} << (v4_bits - length);
    const auto network = to_number(address) & ~(size - 1);
    const bool has_broadcast = length + 1 < v4_bits;
    return v4_between(word, network + (has_broadcast ? 1 : 0),
                      network + size - (has_broadcast ? 2 : 1));
}

Expected<std::vector<std::string>> expand_v6(std::string_view word, const IpAddress& address,
                                             unsigned length) {
    const unsigned host_bits = v6_bits - length;
    if (host_bits > max_host_bits || std::size_t{1} << host_bits > max_hosts) {
        return too_many(word, "2^" + std::to_string(host_bits), false);
    }
    const unsigned mask = (1U << host_bits) - 1;
    auto bytes = address.bytes();
    const unsigned low =
        (static_cast<unsigned>(bytes[14]) << 8U | static_cast<unsigned>(bytes[15])) & ~mask;
    std::vector<std::string> hosts;
    for (unsigned number = low; number <= low + mask; ++number) {
        bytes[14] = static_cast<std::uint8_t>(number >> 8U);
        bytes[15] = static_cast<std::uint8_t>(number & 0xFFU);
        hosts.push_back(IpAddress{bytes}.to_string());
    }
    return hosts_only(word, std::move(hosts));
}

Expected<std::vector<std::string>> expand_prefix(std::string_view word, std::size_t slash) {
    const auto network = word.substr(0, slash);
    const auto address = IpAddress::parse(network);
    if (!address) {
        return UsageError{host_complaint(network)};
    }
    const unsigned bits = address->is_v4() ? v4_bits : v6_bits;
    const auto length = parse_number(word.substr(slash + 1), 0, bits);
    if (!length) {
        return complaint(word, "the length of a prefix is a number from 0 to " +
                                   std::to_string(bits) + ", as in " +
                                   (address->is_v4() ? "10.0.0.0/28" : "2001:db8::/124"));
    }
    return address->is_v4() ? expand_v4(word, *address, *length)
                            : expand_v6(word, *address, *length);
}

Expected<std::vector<std::string>> expand_range(std::string_view word, std::size_t dash) {
    const auto first = IpAddress::parse(word.substr(0, dash));
    const auto end = word.substr(dash + 1);
    if (!first) {
        return UsageError{host_complaint(word.substr(0, dash))};
    }
    const auto from = to_number(*first);
    constexpr std::uint32_t byte = 0xFF;
    const auto last_byte = parse_number(end, 0, byte);
    const auto last_address = IpAddress::parse(end);
    if (!last_byte && !(last_address && last_address->is_v4())) {
        return complaint(word,
                         "a range of addresses is written 10.0.0.1-20, with a last byte of "
                         "up to 255, or 10.0.0.1-10.0.1.20");
    }
    const auto to = last_byte ? (from & ~byte) | *last_byte : to_number(*last_address);
    if (to < from) {
        return complaint(word, "the range ends before it begins");
    }
    return v4_between(word, from, to);
}

/// "10.0.0.1" and "::1", also where a number is out of bounds. A "10" is a port.
bool is_like_address(std::string_view text) {
    const bool is_v4_like = text.find_first_not_of("0123456789.") == std::string_view::npos &&
                            std::count(text.begin(), text.end(), '.') == 3;
    return is_v4_like || (text.find(':') != std::string_view::npos && IpAddress::parse(text));
}

}  // namespace

bool is_host_range(std::string_view word) {
    if (const auto slash = word.find('/'); slash != std::string_view::npos) {
        return is_like_address(word.substr(0, slash)) && is_digits(word.substr(slash + 1));
    }
    const auto dash = word.find('-');
    return dash != std::string_view::npos && word.find(':') == std::string_view::npos &&
           is_like_address(word.substr(0, dash)) &&
           word.find_first_not_of("0123456789.", dash + 1) == std::string_view::npos;
}

Expected<std::vector<std::string>> expand_host_range(std::string_view word) {
    if (!is_host_range(word)) {
        if (auto problem = host_complaint(word); !problem.empty()) {
            return UsageError{std::move(problem)};
        }
        return std::vector{std::string{word}};
    }
    const auto slash = word.find('/');
    return slash != std::string_view::npos ? expand_prefix(word, slash)
                                           : expand_range(word, word.find('-'));
}

}  // namespace pt::client
