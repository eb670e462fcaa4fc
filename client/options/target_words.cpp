#include "client/options/target_words.hpp"

#include <algorithm>
#include <utility>

#include "client/options/host_word.hpp"
#include "client/options/pasted_word.hpp"
#include "client/options/whole_target.hpp"
#include "common/core/port_spec.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// A second host among the port specs is the likeliest mistake where the word looks like one.
std::string complaint_about_spec(const std::string& word, const PortSpecError& error) {
    const auto targets = meant_targets(word);
    const bool like_host = !targets.empty() || (word.find('/') == std::string::npos &&
                                                word.find_first_of(".:@") != std::string::npos);
    const bool is_pair = word.find_first_not_of("0123456789:") == std::string::npos;
    if (!error.meant.empty() || !like_host || (is_pair && word.front() != ':')) {
        return error.message;
    }
    const bool is_ipv6 = std::count(word.begin(), word.end(), ':') > 1;
    return quote_word(word) + " is no port spec, as tcp/443 is" +
           (!targets.empty() ? "; a host with its ports is written " + targets
            : is_ipv6        ? "; an IPv6 address with its ports is written tcp://[::1]:443"
                             : "") +
           "; several hosts are given as --host HOST --host HOST";
}

/// Adds what one word names, the host apart; a complaint, or "".
std::string take_ports(const std::string& word, bool has_host, const std::string& call,
                       Options& options) {
    if (is_whole_target(word)) {
        auto target = parse_whole_target(word);
        if (!target) {
            return target.error().message;
        }
        options.whole_targets.push_back(*std::move(target));
        return "";
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
    return "";
}

std::string no_words(const std::string& call, bool list) {
    return list ? "no host given; usage: " + call + " HOST [SPEC...], for example: " + call +
                      " example.com"
                : "no host and no port given; usage: " + call +
                      " HOST SPEC..., for example: " + call + " example.com tcp/443";
}

}  // namespace

std::string take_target_words(const std::vector<std::string>& words, const std::string& call,
                              Options& options) {
    const bool host_by_option = !options.hosts.empty() || options.host_file.has_value();
    auto word = words.begin();
    if (words.empty() && !host_by_option && options.resume) {
        return "";  // hosts and ports are those of the file
    }
    if (!host_by_option) {
        if (words.empty()) {
            return no_words(call, options.list);
        }
        if (!is_whole_target(*word)) {
            auto complaint = host_complaint(*word);
            if (!complaint.empty()) {
                return complaint;
            }
            options.hosts.push_back(*word);
            ++word;
        }
    }
    const bool has_host = host_by_option || !options.hosts.empty();
    for (; word != words.end(); ++word) {
        auto complaint = take_ports(*word, has_host, call, options);
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
                                            : options.hosts.front();
    return "no port given; at least one is required, for example: " + call + ' ' + safe_text(host) +
           " tcp/443";
}

}  // namespace pt::client
