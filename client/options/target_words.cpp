#include "client/options/target_words.hpp"

#include <algorithm>
#include <utility>

#include "client/options/host_range.hpp"
#include "client/options/host_word.hpp"
#include "client/options/pasted_word.hpp"
#include "client/options/targets.hpp"
#include "client/options/whole_target.hpp"
#include "common/core/port_spec.hpp"
#include "common/core/safe_text.hpp"
#include "common/core/service_names.hpp"

namespace pt::client {
namespace {

/// Names among the bare items of a spec whose services both protocols carry: TCP is tested.
void note_other_protocol(std::string_view spec, Options& options) {
    if (spec.find('/') != std::string_view::npos) {
        return;
    }
    for (std::size_t begin = 0; begin <= spec.size();) {
        const auto end = std::min(spec.find(',', begin), spec.size());
        const auto name = spec.substr(begin, end - begin);
        const auto port = service_port(Protocol::tcp, name);
        if (port && is_used_with_both(*port)) {
            options.names_of_both.push_back({std::string{name}, *port});
        }
        begin = end + 1;
    }
}

/// A second host among the port specs is the likeliest mistake where the word looks like one.
std::string complaint_about_spec(const std::string& word, const PortSpecError& error) {
    const auto targets = meant_targets(word);
    const bool like_host =
        !targets.empty() || is_host_range(word) ||
        (word.find('/') == std::string::npos && word.find_first_of(".:@") != std::string::npos);
    const bool is_pair = word.find_first_not_of("0123456789:") == std::string::npos;
    if (!error.meant.empty() || !like_host || (is_pair && word.front() != ':')) {
        return error.message;
    }
    const bool is_ipv6 = std::count(word.begin(), word.end(), ':') > 1;
    return "invalid port spec " + quote_word(word) + "; example: tcp/443" +
           (!targets.empty() ? "; a host with its ports is written " + targets
            : is_ipv6        ? "; an IPv6 address with its ports is written [::1]:443"
                             : "") +
           "; several hosts are given as --host HOST --host HOST, or behind -p SPEC";
}

std::string take_whole_target(const std::string& word, Options& options) {
    auto target = parse_whole_target(word);
    if (!target) {
        return target.error().message;
    }
    options.whole_targets.push_back(*std::move(target));
    return "";
}

/// Beside ports that are given by an option.
std::string take_target(const std::string& word, Options& options) {
    return is_whole_target(word) ? take_whole_target(word, options) : take_host(word, options);
}

/// "2001:db8::1:443" may have been meant as an address and a port.
std::string remedy_for_ipv6(const std::string& host) {
    const auto colon = host.rfind(':');
    const auto tail = colon == std::string::npos ? "" : host.substr(colon + 1);
    if (literal_family(host) != net::AddressFamily::v6 || !parse_port_spec(tail)) {
        return "";
    }
    return "; an IPv6 address needs brackets before a port: [" + host.substr(0, colon) +
           "]:" + tail;
}

/// Adds what one word names, the host apart; a complaint, or "".
std::string take_ports(const std::string& word, bool has_host, const std::string& call,
                       Options& options) {
    if (is_whole_target(word)) {
        return take_whole_target(word, options);
    }
    if (!has_host) {
        return quote_word(word) +
               " belongs to no host: with whole targets, HOST SPEC... goes first, as in: " + call +
               " HOST tcp/443 tcp://db:5432";
    }
    const auto ports = parse_port_spec(word);
    if (!ports) {
        return complaint_about_spec(word, ports.error());
    }
    options.ports.insert(*ports);
    note_other_protocol(word, options);
    return "";
}

std::string no_words(const std::string& call, bool list) {
    return list ? "no host given; usage: " + call + " HOST [SPEC...], for example: " + call +
                      " example.com"
                : "no host and no port given; usage: " + call +
                      " HOST SPEC..., for example: " + call + " example.com tcp/443";
}

}  // namespace

std::string take_host(const std::string& word, Options& options) {
    if (word == "-") {
        if (options.host_file && options.host_file != word) {
            return "\"-\" and --host-file exclude each other: one list of hosts is read";
        }
        options.host_file = word;
        return "";
    }
    const auto hosts = expand_host_range(word);
    if (!hosts) {
        return hosts.error().message;
    }
    if (options.hosts.size() + hosts->size() > max_hosts) {
        return quote_word(word) + " makes it too many hosts: " + std::to_string(max_hosts) +
               " are allowed";
    }
    options.hosts.insert(options.hosts.end(), hosts->begin(), hosts->end());
    return "";
}

std::string take_port_spec(const std::string& word, Options& options) {
    const auto ports = parse_port_spec(word);
    if (!ports) {
        return ports.error().message;
    }
    options.ports.insert(*ports);
    note_other_protocol(word, options);
    return "";
}

std::string other_protocol_note(const Options& options) {
    std::string names;
    for (const auto& [name, port] : options.names_of_both) {
        const auto spec = safe_text(name);
        if (!options.ports.contains(Protocol::udp, port) &&
            (", " + names + ',').find(", any/" + spec + ',') == std::string::npos) {
            names += (names.empty() ? "any/" : ", any/") + spec;
        }
    }
    return names.empty()
               ? ""
               : "TCP alone was tested on ports whose services also use UDP; to test both: " +
                     names;
}

std::string take_target_words(const std::vector<std::string>& words, const std::string& call,
                              Options& options) {
    const bool host_by_option = !options.hosts.empty() || options.host_file.has_value();
    const bool ports_by_option = !options.ports.empty();
    auto word = words.begin();
    if (words.empty() && !host_by_option && options.resume) {
        return "";  // hosts and ports are those of the file
    }
    if (!host_by_option) {
        if (words.empty()) {
            return no_words(call, options.list);
        }
        if (!ports_by_option && !is_whole_target(*word)) {
            if (auto complaint = take_host(*word, options); !complaint.empty()) {
                return complaint;
            }
            ++word;
        }
    }
    // With ports by an option, the loop takes every word for a host.
    const bool has_host = host_by_option || !options.hosts.empty() || options.host_file;
    for (; word != words.end(); ++word) {
        auto complaint = ports_by_option ? take_target(*word, options)
                                         : take_ports(*word, has_host, call, options);
        if (!complaint.empty()) {
            return complaint;
        }
    }
    if (!has_host || !options.ports.empty()) {
        return "";
    }
    if (options.list) {
        options.ports = well_known_ports();
        options.any_port = true;
        return "";
    }
    const auto host = options.hosts.empty() ? "--host-file " + *options.host_file
                      : host_by_option      ? "--host " + options.hosts.front()
                                            : words.front();
    return "no port given; at least one is required, for example: " + call + ' ' + safe_text(host) +
           " tcp/443" + remedy_for_ipv6(host);
}

}  // namespace pt::client
