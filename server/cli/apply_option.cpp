#include "server/cli/apply_option.hpp"

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/core/ipv4_text.hpp"
#include "common/core/pasted_target.hpp"
#include "common/core/port_spec.hpp"
#include "common/net/resolution.hpp"

namespace pt::server::apply {
namespace {

std::optional<std::uint32_t> parse_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{number}
                                                                    : std::nullopt;
}

/// Says that an option has been given before, where a second value would go unheard.
template <typename T>
std::string set_once(std::optional<T>& setting, T value) {
    if (setting) {
        return "may be given only once";
    }
    setting = std::move(value);
    return "";
}

/// Of a word with an address or a host in it, what to write instead.
std::string spec_remedy(std::string_view spec) {
    const auto targets = read_pasted_targets(spec);
    if (targets.size() == 1 && !targets.front().spec.empty()) {
        const auto& [host, port] = targets.front();
        return "; write " + (IpAddress::parse(host) ? "--bind " + host + ' ' : "") + port;
    }
    return spec.find_first_of(".:") == std::string_view::npos
               ? ""
               : "; an address to listen on is given by bind, as in: --bind 192.0.2.7 tcp/443";
}

}  // namespace

std::string spec(Settings& settings, const std::string& value) {
    const auto ports = parse_port_spec(value, PortZero::allowed);
    if (!ports) {
        const auto& error = ports.error();
        return error.message + (error.meant.empty() ? spec_remedy(value) : "");
    }
    settings.ports.insert(*ports);
    return "";
}

std::string bind(Settings& settings, const std::string& value) {
    const auto address = net::parse_numeric_host(value);
    if (!address) {
        const auto remedy = other_ipv4_remedy(value);
        return remedy.empty() ? "not an address: an IPv4 or IPv6 address is allowed, as 192.0.2.7 "
                                "or fe80::1%eth0"
                              : remedy;
    }
    if (address->is_multicast()) {
        return "a multicast address: nobody can connect to one";
    }
    if (address->is_link_local_v6() && address->scope() == 0) {
        return "its network interface must be named, as in fe80::1%eth0";
    }
    settings.bind.push_back(*address);
    return "";
}

std::string strict(Settings& settings, const std::string& value) {
    if (value.empty() || value == "true" || value == "yes" || value == "on" || value == "1") {
        return set_once(settings.strictness, Strictness::strict);
    }
    if (value == "false" || value == "no" || value == "off" || value == "0") {
        return set_once(settings.strictness, Strictness::lenient);
    }
    return "true or false is allowed";
}

std::string all(Settings& settings, const std::string& value) {
    if (value.empty() || value == "true" || value == "yes" || value == "on" || value == "1") {
        return spec(settings, "any/all");
    }
    if (value == "false" || value == "no" || value == "off" || value == "0") {
        return "";
    }
    return "true or false is allowed";
}

std::string except(Settings& settings, const std::string& value) {
    const auto ports = parse_port_spec(value);
    if (!ports) {
        return ports.error().message;
    }
    settings.except.insert(*ports);
    settings.except_words.push_back(value);
    return "";
}

std::string log_level(Settings& settings, const std::string& value) {
    return net::is_log_level(value) ? set_once(settings.log_level, value)
                                    : "trace, debug, info, warn, error or off is allowed";
}

std::string log_format(Settings& settings, const std::string& value) {
    if (value == "text") {
        return set_once(settings.log_format, net::LogFormat::text);
    }
    if (value == "json") {
        return set_once(settings.log_format, net::LogFormat::json);
    }
    return "text or json is allowed";
}

std::string max_connections(Settings& settings, const std::string& value) {
    constexpr std::uint32_t most = 1'000'000;
    const auto number = parse_number(value);
    if (!number || *number == 0 || *number > most) {
        return "a whole number from 1 to " + std::to_string(most) + " is allowed";
    }
    return set_once(settings.max_connections, *number);
}

std::string threads(Settings& settings, const std::string& value) {
    constexpr std::uint32_t most = 256;
    const auto number = parse_number(value);
    if (!number || *number == 0 || *number > most) {
        return "a whole number from 1 to " + std::to_string(most) + " is allowed";
    }
    return set_once(settings.threads, unsigned{*number});
}

std::string user(Settings& settings, const std::string& value) {
    return value.empty() ? "the name or number of a user is allowed"
                         : set_once(settings.user, value);
}

std::string ready_fd(Settings& settings, const std::string& value) {
    constexpr std::uint32_t first = 3;  // those before are the standard streams
    constexpr std::uint32_t last = 1U << 20U;
    const auto number = parse_number(value);
    if (!number || *number < first || *number > last) {
        return "the number of an open descriptor is allowed, from 3 on";
    }
    return set_once(settings.ready_fd, static_cast<int>(*number));
}

std::string ready_file(Settings& settings, const std::string& value) {
    if (value.empty() || value.find('\0') != std::string::npos || value.back() == '/') {
        return "the name of a file is allowed, as /run/pt-server.ready";
    }
    return set_once(settings.ready_file, value);
}

std::string config(Settings& settings, const std::string& value) {
    return value.empty() ? "the name of a file is allowed" : set_once(settings.config_file, value);
}

std::string keys(Settings& settings, const std::string& value) {
    return value.empty() ? "the name of a file is allowed" : set_once(settings.keys_file, value);
}

std::string journal_file(Settings& settings, const std::string& value) {
    return value.empty() ? "the name of a file is allowed" : set_once(settings.journal_file, value);
}

}  // namespace pt::server::apply
