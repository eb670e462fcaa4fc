#include "client/options.hpp"

#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>
#include <set>
#include <utility>

#include "client/help.hpp"
#include "client/host_word.hpp"
#include "client/option_table.hpp"
#include "client/option_values.hpp"
#include "client/whole_target.hpp"
#include "common/core/port_spec.hpp"
#include "common/net/safe_text.hpp"

namespace pt::client {
namespace {

namespace po = boost::program_options;
using net::AddressFamily;
using Words = std::vector<std::string>;

/// The syntax alone: Program_options tells options, their values and other words apart.
std::variant<po::parsed_options, UsageError> split_words(int argc, const char* const argv[]) {
    po::options_description description;
    for (const auto& definition : option_table()) {
        if (definition.arity == Arity::flag) {
            description.add_options()(definition.name, "");
        } else {
            description.add_options()(definition.name, po::value<std::string>(), "");
        }
    }
    constexpr int style =
        po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    try {
        return po::command_line_parser(argc, argv).options(description).style(style).run();
    } catch (const po::unknown_option& error) {
        return UsageError{"unknown option " + quote_word(error.get_option_name()) +
                          ": --help lists all that are allowed"};
    } catch (const po::invalid_command_line_syntax& error) {
        const auto name = net::safe_text(error.get_option_name());
        return UsageError{error.kind() == po::invalid_syntax::extra_parameter
                              ? name + " takes no value"
                              : name + " needs a value"};
    } catch (const po::error& error) {
        return UsageError{net::safe_text(error.what())};
    }
}

/// Applies every option to the draft and collects the other words. A complaint, or "".
std::string apply_options(const po::parsed_options& parsed, Draft& draft, Words& words) {
    std::set<std::string_view> seen;
    for (const auto& option : parsed.options) {
        const std::string value = option.value.empty() ? "" : option.value.front();
        if (option.string_key.empty()) {
            words.push_back(value);
            continue;
        }
        const auto table = option_table();
        const auto found = std::find_if(table.begin(), table.end(), [&](const auto& definition) {
            return long_name(definition) == option.string_key;
        });
        const auto name = "--" + std::string{long_name(*found)};
        if (!seen.insert(long_name(*found)).second && found->arity == Arity::once) {
            return name + " is given twice: once is allowed";
        }
        const auto complaint = found->apply(draft, value);
        if (!complaint.empty()) {
            // What a host should be already quotes the word.
            return complaint.front() == '\'' ? name + ": " + complaint
                                             : name + ' ' + quote_word(value) + ": " + complaint;
        }
    }
    return "";
}

/// Settles the address family; a complaint, or "".
std::string settle_family(Draft& draft) {
    Options& options = draft.options;
    if (draft.v4 && draft.v6) {
        return "-4 and -6 exclude each other: leave both out for either family";
    }
    options.family = draft.v4   ? AddressFamily::v4
                     : draft.v6 ? AddressFamily::v6
                                : AddressFamily::any;
    std::string chosen_by = draft.v4 ? "-4" : "-6";
    if (options.source) {
        const auto family = options.source->is_v4() ? AddressFamily::v4 : AddressFamily::v6;
        const auto source = "--source " + options.source->to_string();
        if (options.family != AddressFamily::any && options.family != family) {
            return source + " is of the other family than " + chosen_by + " asks for";
        }
        options.family = family;
        chosen_by = source;
    }
    auto hosts = options.hosts;
    for (const auto& target : options.whole_targets) {
        hosts.push_back(target.host);
    }
    for (const auto& host : hosts) {
        const auto family = literal_family(host);
        if (family && options.family != AddressFamily::any && family != options.family) {
            return "host " + quote_word(host) + " is of the other family than " + chosen_by +
                   " asks for";
        }
    }
    return "";
}

/// A second host among the port specs is the likeliest mistake where the word looks like one.
std::string hint_for_spec(const std::string& word) {
    const bool like_host =
        word.find('/') == std::string::npos && word.find_first_of(".:") != std::string::npos;
    return like_host ? "; several hosts are given as --host HOST --host HOST" : "";
}

/// Adds what one word names, the host apart; a complaint, or "".
std::string take_ports(const std::string& word, bool has_host, Options& options) {
    if (is_whole_target(word)) {
        auto target = parse_whole_target(word);
        if (auto* error = std::get_if<UsageError>(&target)) {
            return std::move(error->message);
        }
        options.whole_targets.push_back(std::get<WholeTarget>(std::move(target)));
        return "";
    }
    if (!has_host) {
        return quote_word(word) +
               " belongs to no host: with whole targets, HOST SPEC... goes first, as in: pt-client "
               "HOST tcp/443 tcp://db:5432";
    }
    const auto ports = parse_port_spec(word);
    if (!ports) {
        return ports.error().message + hint_for_spec(word);
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
            return "no host and no port given; wanted: pt-client HOST SPEC..., as in: pt-client "
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
    return "no port given; wanted: at least one, as in: pt-client " + net::safe_text(host) +
           " tcp/443";
}

/// A round of --wait comes again at once, so it need not last as long as a probe that is the only
/// one.
constexpr std::chrono::milliseconds round_timeout{1000};
constexpr unsigned round_tries = 5;

/// What --wait goes with, and what it changes; a complaint, or "".
std::string settle_wait(Draft& draft) {
    Options& options = draft.options;
    if (!options.wait) {
        return draft.wait_for
                   ? "--wait-for goes with --wait alone, as in: --wait 60s --wait-for open"
                   : "";
    }
    if (options.list || options.count > 1) {
        return std::string{options.list ? "--list" : "--count"} +
               " does not go with --wait: it asks of ports that are there already";
    }
    if (options.resume || options.journal_file) {
        return std::string{options.resume ? "--resume" : "--journal"} +
               " does not go with --wait: what was before does not count, only what is now";
    }
    if (draft.wait_for == Requirement::answer && options.require == Requirement::echo) {
        return "--wait-for answered and --require echo exclude each other";
    }
    options.require = draft.wait_for.value_or(options.require);
    if (!draft.timeout_given) {
        options.timeout = round_timeout;
    }
    if (!draft.tries_given) {
        options.tries = round_tries;
    }
    return "";
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

std::string settle_journal(const Draft& draft) {
    return draft.no_journal && draft.options.journal_file
               ? "--journal and --no-journal exclude each other: give one of the two"
               : "";
}

std::string settle_output(const Draft& draft) {
    if (draft.explain && draft.options.output != OutputFormat::table) {
        return "--explain is for people: it goes with --output table alone";
    }
    return "";
}

}  // namespace

ParsedOptions parse_options(int argc, const char* const argv[]) {
    const auto* const* const end = argv + argc;
    const auto* const* const dashes = std::find(argv, end, std::string_view{"--"});
    auto parsed = split_words(static_cast<int>(dashes - argv), argv);
    if (auto* error = std::get_if<UsageError>(&parsed)) {
        return std::move(*error);
    }
    Draft draft;
    Words words;
    auto complaint = apply_options(std::get<po::parsed_options>(parsed), draft, words);
    if (complaint.empty() && draft.help) {
        return Notice{help_text()};
    }
    if (complaint.empty() && draft.version) {
        return Notice{version_text()};
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
