#include "common/core/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace pt {
namespace {

constexpr std::array<std::uint8_t, 12> v4_mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

std::optional<std::uint32_t> parse_scope(std::string_view text) {
    std::uint32_t scope = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), scope);
    if (error != std::errc{} || end != text.data() + text.size() || scope == 0) {
        return std::nullopt;
    }
    return scope;
}

}  // namespace

IpAddress::IpAddress(const V4Bytes& bytes) {
    std::copy(v4_mapped_prefix.begin(), v4_mapped_prefix.end(), bytes_.begin());
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + v4_mapped_prefix.size());
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
    const auto percent = text.find('%');
    const std::string literal{text.substr(0, percent)};
    if (literal.find('\0') != std::string::npos) {  // inet_pton would read only as far as that
        return std::nullopt;
    }
    V4Bytes v4{};
    if (percent == std::string_view::npos && inet_pton(AF_INET, literal.c_str(), v4.data()) == 1) {
        return IpAddress{v4};
    }
    Bytes v6{};
    if (inet_pton(AF_INET6, literal.c_str(), v6.data()) != 1) {
        return std::nullopt;
    }
    if (percent == std::string_view::npos) {
        return IpAddress{v6};
    }
    const auto scope = parse_scope(text.substr(percent + 1));
    if (!scope || IpAddress{v6}.is_v4()) {  // an IPv4-mapped address has no zone
        return std::nullopt;
    }
    return IpAddress{v6, *scope};
}

bool IpAddress::is_v4() const {
    return std::equal(v4_mapped_prefix.begin(), v4_mapped_prefix.end(), bytes_.begin());
}

bool IpAddress::is_multicast() const {
    return is_v4() ? (bytes_[12] & 0xF0U) == 0xE0U : bytes_[0] == 0xFF;
}

bool IpAddress::is_loopback() const {
    static const IpAddress v6_loopback{Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
    return is_v4() ? bytes_[12] == 127 : bytes_ == v6_loopback.bytes_;
}

bool IpAddress::is_unspecified() const {
    const auto first = is_v4() ? bytes_.begin() + v4_mapped_prefix.size() : bytes_.begin();
    return std::all_of(first, bytes_.end(), [](std::uint8_t byte) { return byte == 0; });
}

bool IpAddress::is_link_local_v6() const {
    return !is_v4() && bytes_[0] == 0xFE && (bytes_[1] & 0xC0U) == 0x80U;
}

IpAddress::V4Bytes IpAddress::v4_bytes() const {
    return {bytes_[12], bytes_[13], bytes_[14], bytes_[15]};
}

std::string IpAddress::to_string() const {
    if (is_v4()) {
        std::string text;
        for (const unsigned byte : v4_bytes()) {
            text += (text.empty() ? "" : ".") + std::to_string(byte);
        }
        return text;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
    return scope_ == 0 ? text.data() : std::string{text.data()} + '%' + std::to_string(scope_);
}

std::string SocketAddress::to_string() const {
    const auto number = std::to_string(to_number(port));
    return address.is_v4() ? address.to_string() + ':' + number
                           : '[' + address.to_string() + "]:" + number;
}

std::optional<SocketAddress> SocketAddress::parse(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto digits = text.substr(colon + 1);
    auto host = text.substr(0, colon);
    const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const auto address = IpAddress::parse(host);
    if (error != std::errc{} || end != digits.data() + digits.size() || !address ||
        address->is_v4() == bracketed) {
        return std::nullopt;
    }
    return SocketAddress{*address, Port{number}};
}

std::string Endpoint::to_string() const {
    return std::string{pt::to_string(protocol)} + ' ' + socket_address().to_string();
}

}  // namespace pt
