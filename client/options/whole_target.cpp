#include "client/options/whole_target.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "client/options/host_word.hpp"
#include "client/options/pasted_word.hpp"
#include "common/core/port_spec.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

constexpr std::string_view separator = "://";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_protocol(std::string_view word) {
    constexpr std::array<std::string_view, 3> protocols{"tcp", "udp", "any"};
    return std::any_of(protocols.begin(), protocols.end(), [&](std::string_view protocol) {
        return std::equal(word.begin(), word.end(), protocol.begin(), protocol.end(),
                          [](char a, char b) { return lower(a) == b; });
    });
}

/// A word with a complaint about it; both printable, whatever the word holds.
UsageError complaint(std::string_view word, const std::string& what) {
    return {quote_word(word) + ": " + what};
}

/// What stands behind "://", taken apart; what is missing is empty.
struct Parts {
    std::string_view host;
    std::string_view ports;
};

/// "http://db:8080/x": what was probably meant.
UsageError unknown_protocol(std::string_view word) {
    const auto meant = meant_targets(word);
    return complaint(word, "tcp, udp or any is allowed before \"://\", as in tcp://db:5432" +
                               (meant.empty() ? "" : "; write " + meant));
}

/// "fd00::1:53" is meant so, "192.0.2.7:443:80" and "db:443:80" are not.
bool like_ipv6(std::string_view text) {
    constexpr std::string_view bytes = "0123456789abcdefABCDEF:.%";
    const auto end = std::min(text.find('%'), text.size());
    const bool like = text.substr(0, end).find_first_not_of(bytes) == std::string_view::npos;
    const auto first = text.substr(0, text.find(':'));
    return like &&
           (text.find("::") != std::string_view::npos ||
            std::count(text.begin(), text.end(), ':') > 2) &&
           !literal_family(first);
}

/// "db:5432", "[fd00::1]:53". What holds an "@" or "->" was pasted from elsewhere
/// (pasted_word.hpp).
bool is_host_with_ports(std::string_view word) {
    if (word.find_first_of("@> ") != std::string_view::npos) {
        return false;
    }
    if (word.starts_with('[')) {
        return word.find("]:") != std::string_view::npos;
    }
    const auto colon = word.find(':');
    const auto host = word.substr(0, colon);
    const bool is_number = host.find_first_not_of("0123456789,-") == std::string_view::npos;
    return colon != std::string_view::npos && colon == word.rfind(':') && !is_number &&
           host.find('/') == std::string_view::npos && !is_protocol(host);
}

/// Splits "[fd00::1]:53" and "db:5432" at the colon before the ports; a complaint where that
/// is not clear.
std::optional<std::string> split(std::string_view rest, Parts& parts) {
    if (rest.starts_with('[')) {
        const auto close = rest.find(']');
        if (close == std::string_view::npos) {
            return "\"]\" is missing behind the IPv6 address, as in udp://[fd00::1]:53";
        }
        parts.host = rest.substr(1, close - 1);
        rest.remove_prefix(close + 1);
        if (!rest.empty() && rest.front() != ':') {
            return "\":\" and a port are required behind \"]\", as in udp://[fd00::1]:53";
        }
        parts.ports = rest.substr(rest.empty() ? 0 : 1);
        return std::nullopt;
    }
    const auto colon = rest.find(':');
    if (colon != rest.rfind(':')) {
        return like_ipv6(rest) ? "an IPv6 address needs brackets here, as in udp://[fd00::1]:53"
                               : "one \":\" is allowed behind the host, and commas between ports, "
                                 "as in tcp://db:80,443";
    }
    parts.host = rest.substr(0, colon);
    parts.ports = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
    return std::nullopt;
}

}  // namespace

bool is_whole_target(std::string_view word) {
    return word.find(separator) != std::string_view::npos || is_host_with_ports(word);
}

Expected<WholeTarget> parse_whole_target(std::string_view word) {
    const auto at = word.find(separator);
    const bool has_protocol = at != std::string_view::npos;
    const auto protocol = has_protocol ? word.substr(0, at) : "";
    const auto rest = has_protocol ? word.substr(at + separator.size()) : word;
    if (has_protocol && !is_protocol(protocol)) {
        return unknown_protocol(word);
    }
    if (!is_whole_target(word)) {
        return complaint(word, "a host and a port are required, as in db:5432");
    }
    if (rest.find('@') != std::string_view::npos) {
        const auto meant = meant_targets(word);
        return complaint(word, "no user name is allowed before the host" +
                                   (meant.empty() ? "" : "; write " + meant));
    }
    if (has_protocol && rest.find('/') != std::string_view::npos) {
        return complaint(word, "nothing may follow the ports: no \"/\" is allowed behind \"://\"");
    }
    Parts parts;
    if (const auto problem = split(rest, parts)) {
        return complaint(word, *problem);
    }
    if (parts.host.empty()) {
        return complaint(word, "the host is missing, as in tcp://db:5432");
    }
    const bool is_ipv6 =
        parts.host.find(':') != std::string_view::npos && literal_family(parts.host);
    if (rest.front() == '[' && !is_ipv6) {
        return complaint(word, "only an IPv6 address may be in brackets");
    }
    if (auto problem = host_complaint(parts.host); !problem.empty()) {
        return complaint(word, problem);
    }
    if (parts.ports.empty()) {
        return complaint(word, "the port is missing, as in tcp://db:5432");
    }
    const auto ports =
        parse_port_spec(has_protocol ? std::string{protocol} + '/' + std::string{parts.ports}
                                     : std::string{parts.ports});
    if (!ports) {
        return complaint(word, ports.error().message);
    }
    return WholeTarget{std::string{parts.host}, *ports};
}

}  // namespace pt::client
