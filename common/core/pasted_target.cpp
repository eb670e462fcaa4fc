#include "common/core/pasted_target.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "common/core/endpoint.hpp"
#include "common/core/port_spec.hpp"
#include "common/core/service_names.hpp"

namespace pt {
namespace {

constexpr auto npos = std::string_view::npos;

std::string lower(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return result;
}

bool is_protocol(std::string_view word) {
    const auto name = lower(word);
    return name == "tcp" || name == "udp" || name == "any";
}

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == npos;
}

bool is_name(std::string_view host) {
    constexpr std::string_view bytes =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return !host.empty() && host.find_first_not_of(bytes) == npos && host.front() != '-' &&
           !is_number(host);
}

bool is_any_address(std::string_view host) {
    const auto address = IpAddress::parse(host);
    return host == "*" || (address && address->is_unspecified());
}

/// What a scheme stands for where it is not the name of a service.
struct Scheme {
    std::string_view name;
    std::string_view spec;
};
constexpr std::array<Scheme, 12> schemes{{{"ws", "tcp/80"},
                                          {"wss", "tcp/443"},
                                          {"mongodb", "tcp/27017"},
                                          {"rediss", "tcp/6379"},
                                          {"mqtts", "tcp/8883"},
                                          {"kafka", "tcp/9092"},
                                          {"coap", "udp/5683"},
                                          {"ntp", "udp/123"},
                                          {"snmp", "udp/161"},
                                          {"syslog", "udp/514"},
                                          {"tftp", "udp/69"},
                                          {"quic", "udp/443"}}};

/// "tcp/5432" of "postgresql"; "" where it cannot be told.
std::string default_spec(std::string_view scheme) {
    const auto known = std::find_if(schemes.begin(), schemes.end(),
                                    [&](const Scheme& one) { return one.name == scheme; });
    if (known != schemes.end()) {
        return std::string{known->spec};
    }
    for (const auto protocol : all_protocols) {
        if (const auto port = service_port(protocol, scheme)) {
            return std::string{to_string(protocol)} + '/' + std::to_string(to_number(*port));
        }
    }
    return "";
}

/// Of "jdbc:postgresql", "postgresql+psycopg2" and "git+ssh" the part that names a service.
std::string scheme_spec(std::string_view scheme) {
    if (const auto colon = scheme.rfind(':'); colon != npos) {
        scheme.remove_prefix(colon + 1);
    }
    const auto plus = scheme.find('+');
    const auto transport = plus == npos ? "" : scheme.substr(plus + 1);
    const bool is_carried = transport == "ssh" || transport == "http" || transport == "https";
    return default_spec(is_carried ? transport : scheme.substr(0, plus));
}

std::string spec_of(std::string_view protocol, std::string_view port) {
    auto spec = lower(protocol) + '/' + std::string{port};
    return parse_port_spec(spec) ? spec : "";
}

/// "db:5432", "[::1]:8080", ":::8080" and "db". The port is empty where there is none.
struct Place {
    std::string host;
    std::string_view port;
};

std::optional<Place> read_place(std::string_view text) {
    const auto colon = text.rfind(':');
    if (text.ends_with(':')) {
        return std::nullopt;
    }
    auto host = text.substr(0, colon);
    auto port = colon == npos ? std::string_view{} : text.substr(colon + 1);
    if (text.starts_with('[') && text.ends_with(']')) {
        host = text;
        port = {};
    }
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        if (!IpAddress::parse(host)) {
            return std::nullopt;
        }
    } else if ((!is_name(host) && !is_any_address(host)) || is_protocol(host)) {
        return std::nullopt;
    }
    return Place{is_any_address(host) ? "" : std::string{host}, port};
}

std::vector<PastedTarget> read_url(std::string_view scheme, std::string_view rest) {
    constexpr std::size_t most = 4;
    const auto end = rest.find_first_of("/?#");
    const auto at = rest.rfind('@');
    if (at != npos && at > end) {
        return {};  // a password with a "/", or an "@" in the path
    }
    auto places = rest.substr(0, end);
    places.remove_prefix(at == npos ? 0 : at + 1);
    std::vector<PastedTarget> targets;
    while (targets.size() < most && !places.empty()) {
        const auto comma = std::min(places.find(','), places.size());
        auto place = read_place(places.substr(0, comma));
        places.remove_prefix(std::min(comma + 1, places.size()));
        if (!place || (!place->port.empty() && !is_number(place->port) && at == npos &&
                       !is_protocol(scheme))) {
            return {};
        }
        const auto usual = scheme_spec(lower(scheme));
        const auto protocol = is_protocol(scheme) ? scheme
                              : usual.empty()     ? "tcp"
                                                  : std::string_view{usual}.substr(0, 3);
        auto spec = place->port.empty() ? usual : spec_of(protocol, place->port);
        if (spec.empty() && !place->port.empty()) {
            return {};
        }
        targets.push_back({std::move(place->host), std::move(spec)});
    }
    return targets;
}

}  // namespace

std::vector<PastedTarget> read_pasted_targets(std::string_view word) {
    constexpr std::size_t longest = 512;
    constexpr std::string_view separator = "://";
    constexpr std::string_view arrow = "->";
    const bool plain =
        std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c <= '~'; });
    if (!plain || word.size() > longest) {
        return {};
    }
    if (const auto end = word.find(separator); end != npos) {
        return read_url(word.substr(0, end), word.substr(end + separator.size()));
    }
    word.remove_prefix(word.rfind('@') + 1);  // npos + 1 is 0
    std::string_view protocol = "tcp";
    if (const auto slash = word.rfind('/'); slash != npos && is_protocol(word.substr(slash + 1))) {
        protocol = word.substr(slash + 1);
        word = word.substr(0, slash);
    } else if (const auto colon = word.find(':');
               colon != npos && colon != word.rfind(':') && is_protocol(word.substr(0, colon))) {
        protocol = word.substr(0, colon);
        word.remove_prefix(colon + 1);
    }
    word = word.substr(0, word.find(arrow));
    const auto last = word.rfind(':');
    if (last != npos && is_number(word.substr(last + 1))) {
        // "127.0.0.1:8080:80", as docker's -p takes it: the first port is the one to reach.
        const auto before = word.substr(0, last);
        const auto port_at = before.rfind(':');
        const bool is_mapping =
            port_at != npos && before.find(':') == port_at && is_number(before.substr(port_at + 1));
        word = is_mapping ? before : word;
    }
    const auto place = read_place(word);
    if (!place || place->port.empty()) {
        return {};
    }
    auto spec = spec_of(protocol, place->port);
    return spec.empty() ? std::vector<PastedTarget>{}
                        : std::vector{PastedTarget{place->host, std::move(spec)}};
}

}  // namespace pt
