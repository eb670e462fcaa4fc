#include "client/options/host_word.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "client/options/pasted_word.hpp"
#include "common/core/ipv4_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

constexpr std::string_view shape = "pt-client HOST tcp/443";

std::string lower(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), [](unsigned char character) {
        return static_cast<char>(std::tolower(character));
    });
    return result;
}

bool is_protocol_word(std::string_view text) {
    constexpr std::array<std::string_view, 3> words{"tcp", "udp", "any"};
    return std::find(words.begin(), words.end(), lower(text)) != words.end();
}

bool is_number(std::string_view text) {
    return text.find_first_not_of("0123456789,-") == std::string_view::npos;
}

bool is_digits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Looks like an IPv4 address and is none. A name it cannot be either: the last part of one is not
/// all digits (RFC 3696 section 2).
bool is_failed_v4(std::string_view word) {
    return word.find_first_not_of("0123456789.") == std::string_view::npos &&
           !IpAddress::parse(word);
}

bool is_ascii(std::string_view word) {
    return std::all_of(word.begin(), word.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Letters, digits, hyphen and dot (RFC 952), the underscore that real networks use, and what
/// IPv6 literals add. A zone (RFC 4007) is an interface name: nearly anything printable.
bool has_host_bytes(std::string_view host) {
    const auto zone = host.find('%');
    const auto name = host.substr(0, zone);
    const bool good_name = std::all_of(name.begin(), name.end(), [](unsigned char character) {
        return std::isalnum(character) != 0 ||
               std::string_view{".-_:[]"}.find(static_cast<char>(character)) !=
                   std::string_view::npos;
    });
    return good_name && (zone == std::string_view::npos ||
                         std::all_of(host.begin() + static_cast<std::ptrdiff_t>(zone), host.end(),
                                     [](unsigned char c) { return c > ' ' && c < 0x7F; }));
}

/// "; write: pt-client db tcp/5432", or "" where that is not clear.
std::string suggestion(std::string_view word) {
    const auto meant = meant_command(word);
    return meant.empty() ? "" : "; write: " + meant;
}

/// A URL, or a host with a user's name before it.
std::string complaint_about_url(std::string_view word) {
    constexpr std::string_view separator = "://";
    if (word.find('@') != std::string_view::npos) {
        return quote_word(word) + " is not a host: no user name is allowed before it" +
               suggestion(word);
    }
    if (is_protocol_word(word.substr(0, word.find(separator)))) {
        return quote_word(word) +
               " is a whole target, but only a host is allowed here; a whole target needs no "
               "other host, as in: pt-client tcp://db:5432";
    }
    return quote_word(word) + " is a URL, but only a host is allowed here" + suggestion(word);
}

std::string complaint_about_slash(std::string_view word) {
    const auto slash = word.find('/');
    const auto last_slash = word.rfind('/');
    if (const auto meant = suggestion(word); !meant.empty()) {
        return quote_word(word) + " is a host with a port, but only a host is allowed here" + meant;
    }
    if (is_protocol_word(word.substr(0, slash)) || is_protocol_word(word.substr(last_slash + 1))) {
        return quote_word(word) +
               " is a port spec, but a host is required here, for example: " + std::string{shape};
    }
    return quote_word(word) + " is not a host: a name or one address is allowed, without \"/\"";
}

std::string complaint_about_colon(std::string_view word) {
    const auto colon = word.rfind(':');
    const auto host = word.substr(0, colon);
    const auto port = colon == word.npos ? "" : word.substr(colon + 1);
    if (const auto meant = meant_command(word); !meant.empty()) {
        return quote_word(word) +
               " is a host with a port, but only a host is allowed here, as in: " + meant;
    }
    if (is_protocol_word(host) || is_protocol_word(port)) {
        return quote_word(word) +
               " is a port spec with \":\" for \"/\", but a host is required here, for example: " +
               std::string{shape};
    }
    if (is_number(host) && is_number(port)) {
        return quote_word(word) +
               " is a pair of ports, but a host is expected here, as in: " + std::string{shape};
    }
    const bool has_one_colon = host.find(':') == host.npos && colon != word.npos;
    if (has_one_colon && host.find('%') == host.npos && !host.starts_with('[')) {
        const auto remedy = other_ipv4_remedy(host);
        return quote_word(word) + " is not a host: " +
               (remedy.empty()
                    ? "only IPv6 addresses hold a \":\"; ports are words of their own, as "
                      "in: " +
                          std::string{shape}
                    : remedy);
    }
    const auto remedy = port.find('.') == port.npos ? "" : other_ipv4_remedy(port);
    return quote_word(word) + " is not an IPv6 address" + (remedy.empty() ? "" : ": " + remedy);
}

/// Without brackets and zone.
std::string_view bare_literal(std::string_view host) {
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    return host.substr(0, host.find('%'));
}

/// "::1:443": as an address it is one of those that no host has any more (IPv4-compatible, RFC 4291
/// section 2.5.5.1), and what stands before its last ':' is an address as well.
bool has_port_for_tail(const IpAddress& address, std::string_view literal) {
    constexpr std::size_t zeros = 12;
    const auto& bytes = address.bytes();
    const auto host = IpAddress::parse(literal.substr(0, literal.rfind(':')));
    return std::all_of(bytes.begin(), bytes.begin() + zeros, [](auto byte) { return byte == 0; }) &&
           host && !host->is_unspecified();
}

bool is_v4_broadcast(const IpAddress& address) {
    return address.is_v4() && address.v4_bytes() == IpAddress::V4Bytes{255, 255, 255, 255};
}

/// Addresses that stand for no single host.
std::string complaint_about_address(std::string_view word) {
    const auto literal = bare_literal(word);
    const auto address = IpAddress::parse(literal);
    if (address && has_port_for_tail(*address, literal)) {
        const auto colon = literal.rfind(':');
        return quote_word(word) + " reads as one address without a port: write [" +
               std::string{literal.substr(0, colon)} +
               "]:" + std::string{literal.substr(colon + 1)};
    }
    if (address && address->is_link_local_v6() && word.find('%') == word.npos) {
        return quote_word(word) +
               " is reached through one network interface alone, which must be named: write " +
               std::string{literal} + "%eth0 (\"ip link\" lists the names)";
    }
    if (address && is_v4_broadcast(*address)) {
        return quote_word(word) + " is a broadcast address: the address of one host is allowed";
    }
    if (address && address->is_unspecified()) {
        return quote_word(word) + " stands for no host: for this machine write " +
               (address->is_v4() ? "127.0.0.1" : "::1");
    }
    if (address && address->is_multicast()) {
        return quote_word(word) + " is a multicast address: the address of one host is allowed";
    }
    return "";
}

}  // namespace

std::string host_complaint(std::string_view word) {
    constexpr std::size_t longest = 255;  // RFC 1035 section 2.3.4
    constexpr std::size_t max_port = 5;
    if (word.empty()) {
        return "a host is empty: a name or an address is allowed";
    }
    if (word.find(' ') != std::string_view::npos) {
        return quote_word(word) +
               " holds a blank: one host is allowed here; ports are words of their own, as in: " +
               std::string{shape};
    }
    if (word.find('@') != std::string_view::npos || word.find("://") != std::string_view::npos) {
        return complaint_about_url(word);
    }
    if (word.find('/') != std::string_view::npos) {
        return complaint_about_slash(word);
    }
    const bool is_long = word.size() > max_port && is_digits(word);
    if (is_number(word) && !is_long) {
        return quote_word(word) +
               " is a port, but a host is required here, for example: " + std::string{shape};
    }
    if (const auto remedy = other_ipv4_remedy(word); !remedy.empty()) {
        return quote_word(word) + ": " + remedy;
    }
    if (is_long) {
        return quote_word(word) + " is neither a host nor a port: ports are 1 to 65535";
    }
    if (is_failed_v4(word)) {
        return quote_word(word) +
               " is not an IPv4 address: four numbers from 0 to 255 are allowed, as 192.0.2.7";
    }
    if (word.size() > longest) {
        return quote_word(word) + " is not a host: it is longer than 255 bytes";
    }
    if (!is_ascii(word)) {
        return quote_word(word) +
               " has letters outside ASCII: write the name in its xn-- form (RFC 5890), which "
               "\"idn2 NAME\" prints";
    }
    if (!has_host_bytes(word) || word.front() == '-') {
        return quote_word(word) +
               " is not a host: letters, digits, \".\", \"-\" and \"_\" are allowed, and IPv6 "
               "addresses";
    }
    const bool like_ipv6 = word.find_first_of(":[]%") != std::string_view::npos;
    if (like_ipv6 && !literal_family(word)) {
        return complaint_about_colon(word);
    }
    return complaint_about_address(word);
}

std::optional<net::AddressFamily> literal_family(std::string_view host) {
    const auto address = IpAddress::parse(bare_literal(host));
    if (!address) {
        return std::nullopt;
    }
    return address->is_v4() ? net::AddressFamily::v4 : net::AddressFamily::v6;
}

}  // namespace pt::client
