#include "client/cli/options.hpp"

#include <algorithm>
#include <utility>

#include "client/cli/apply_options.hpp"
#include "client/cli/help.hpp"
#include "client/cli/host_word.hpp"
#include "client/cli/option_rules.hpp"
#include "client/cli/option_table.hpp"
#include "client/cli/pasted_word.hpp"
#include "client/cli/whole_target.hpp"
#include "common/core/port_spec.hpp"
#include "common/core/safe_text.hpp"
#include "common/options/help.hpp"
#include "common/options/option_words.hpp"
#include "common/version/version_text.hpp"

namespace pt::client {
namespace {

using Words = std::vector<std::string>;

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
std::string take_ports(const std::string& word, bool has_host, Options& options) {
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
               " belongs to no host: with whole targets, HOST SPEC... goes first, as in: pt-client "
               "HOST tcp/443 tcp://db:5432";
    }
    const auto ports = parse_port_spec(word);
    if (!ports) {
        return complaint_about_spec(word, ports.error());
    }
    options.ports.insert(*ports);
    return "";
}

/// Hosts, port specs and whole targets from the words that are no options; a complaint, or "".
std::string take_words(const Words& words, Options& options) {
    const bool host_by_option = !options.hosts.empty() || options.host_file.has_value();
    auto word = words.begin();
    if (words.empty() && !host_by_option && options.resume) {
        return "";  // hosts and ports are those of the file
    }
    if (!host_by_option) {
        if (words.empty()) {
            return "no host and no port given; usage: pt-client HOST SPEC..., for example: "
                   "pt-client "
                   "example.com tcp/443";
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
        auto complaint = take_ports(*word, has_host, options);
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
    return "no port given; at least one is required, for example: pt-client " + safe_text(host) +
           " tcp/443";
}

/// Words behind "--" are the command with --wait, and otherwise words that are no options.
std::string take_rest(Words rest, Draft& draft, Words& words) {
    if (!draft.options.wait) {
        words.insert(words.end(), rest.begin(), rest.end());
        return "";
    }
    if (rest.empty() || rest.front().empty()) {
        return "no command behind --: give one, as in: --wait 60s tcp://db:5432 -- ./start-app, or "
               "leave -- out";
    }
    draft.options.command = std::move(rest);
    return "";
}

}  // namespace

ParsedOptions parse_options(int argc, const char* const argv[]) {
    const auto* const* const end = argv + argc;
    const auto* const* const dashes = std::find(argv, end, std::string_view{"--"});
    auto parsed = split_words(static_cast<int>(dashes - argv), argv,
                              syntax_of(program().options, Place::command_line));
    if (!parsed) {
        return parsed.error();
    }
    Draft draft;
    Words words;
    auto complaint = apply_options(*parsed, option_table(), draft, words);
    if (complaint.empty() && draft.help) {
        return Notice{help_text(program())};
    }
    if (complaint.empty() && draft.version) {
        return Notice{version_text(program().name, "none")};
    }
    draft.options.all_addresses = draft.all_addresses;
    draft.options.explain = draft.explain;
    draft.options.journal = !draft.no_journal;
    draft.options.list = draft.list;
    if (complaint.empty() && dashes != end) {
        complaint = take_rest({dashes + 1, end}, draft, words);
    }
    if (complaint.empty()) {
        complaint = settle_output(draft);
    }
    if (complaint.empty()) {
        complaint = settle_wait(draft);
    }
    if (complaint.empty()) {
        complaint = settle_journal(draft);
    }
    if (complaint.empty()) {
        complaint = settle_baseline(draft);
    }
    if (complaint.empty()) {
        complaint = take_words(words, draft.options);
        const bool wants_command = dashes != end && dashes != argv + 1 && !draft.options.wait;
        if (!complaint.empty() && wants_command) {
            complaint += "; a command behind -- goes with --wait alone";
        }
    }
    if (complaint.empty()) {
        complaint = settle_family(draft);
    }
    if (!complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    return std::move(draft.options);
}

}  // namespace pt::client
