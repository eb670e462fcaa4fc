#include "server/cli/options.hpp"

#include <algorithm>
#include <boost/program_options/errors.hpp>
#include <boost/program_options/parsers.hpp>
#include <sstream>

#include "common/core/byte_order_mark.hpp"
#include "common/core/port_spec.hpp"
#include "common/core/safe_text.hpp"
#include "common/options/help.hpp"
#include "common/options/option_words.hpp"
#include "common/version/version_text.hpp"
#include "server/cli/apply_option.hpp"
#include "server/cli/help.hpp"
#include "server/cli/option_table.hpp"

namespace pt::server {
namespace {

namespace po = boost::program_options;

/// "; expected name = value, where name is one of listen, all ... or journal-file".
std::string expected_line() {
    std::vector<std::string_view> names;
    for (const auto& option : program().options) {
        if (is_allowed(option, Place::config_file)) {
            names.push_back(option.name);
        }
    }
    std::string text = "; expected name = value, where name is one of ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        text.append(i == 0 ? "" : i + 1 == names.size() ? " or " : ", ").append(names[i]);
    }
    return text;
}

/// Applies one line of a file; a complaint, or "". Line by line, so that the complaint can name it.
std::string apply_line(Settings& settings, const std::string& line,
                       const po::options_description& options) {
    const auto first = line.find_first_not_of(" \t");
    if (first != std::string::npos && line[first] == '[') {
        return "sections have no meaning here: " + quote_word(line) + expected_line();
    }
    try {
        std::istringstream stream{line};
        for (const auto& option : po::parse_config_file(stream, options).options) {
            const std::string value = option.value.empty() ? "" : option.value.front();
            auto complaint = apply_option(settings, option.string_key, value);
            if (!complaint.empty()) {
                return complaint;
            }
        }
    } catch (const po::unknown_option& error) {
        return "unknown name " + quote_word(error.get_option_name()) + expected_line();
    } catch (const po::error&) {
        return "not understood: " + quote_word(line) + expected_line();
    }
    return "";
}

template <typename T>
std::optional<T> either(const std::optional<T>& first, const std::optional<T>& second) {
    return first ? first : second;
}

/// A wildcard address holds all ports of its family: a second bind of that family could only fail.
std::string check_bind(const std::vector<IpAddress>& addresses) {
    for (const auto& wide : addresses) {
        for (const auto& narrow : addresses) {
            if (wide.is_unspecified() && narrow != wide && wide.is_v4() == narrow.is_v4()) {
                return "bind " + quote_word(narrow.to_string()) + ": already covered by bind " +
                       quote_word(wide.to_string()) + "; give one of the two";
            }
        }
    }
    return "";
}

/// However it was said, "all" or "1-65535": what takes every port of a protocol is not to open a
/// socket for each.
void split_off_all(Options& options) {
    for (const auto protocol : all_protocols) {
        PortSet every;
        every.insert(protocol, Port{1}, Port{65535});
        PortSet missing = every;
        missing.erase(options.ports);
        if (missing.empty()) {
            options.ports.erase(every);
            options.all_ports.insert(every);
        }
    }
}

/// Of exceptions as typed, the first few that none of the ports is among: a bare number that was to
/// be UDP, most likely.
std::vector<std::string> unmatched(const std::vector<std::string>& words, const PortSet& ports) {
    constexpr std::size_t most = 8;
    std::vector<std::string> vain;
    for (auto word = words.begin(); word != words.end() && vain.size() < most; ++word) {
        PortSet rest = ports;
        rest.erase(*parse_port_spec(*word));
        if (rest == ports) {
            vain.push_back(*word);
        }
    }
    return vain;
}

}  // namespace

Expected<std::variant<Settings, Notice>> parse_command_line(int argc, const char* const argv[]) {
    auto parsed = split_words(argc, argv, syntax_of(program().options, Place::command_line));
    if (!parsed) {
        return parsed.error();
    }
    const auto& options = parsed->options;
    for (const auto& option : options) {
        if (option.string_key == "help") {
            return Notice{help_text(program())};
        }
        if (option.string_key == "version") {
            return Notice{version_text(program().name, PT_FEATURES)};
        }
    }
    Settings settings;
    for (const auto& option : options) {
        const std::string value = option.value.empty() ? "" : option.value.front();
        std::string complaint;
        if (option.string_key.empty()) {
            // The word as typed: of "--=x" the value alone would be left.
            complaint = apply::spec(settings, option.original_tokens.front());
        } else {
            complaint = apply_option(settings, option.string_key, value);
            complaint = complaint.empty() ? "" : "--" + complaint;
        }
        if (!complaint.empty()) {
            return UsageError{complaint};
        }
    }
    return settings;
}

Expected<Settings> parse_config(std::string_view text, std::string_view name) {
    if (is_utf16(text)) {
        return UsageError{safe_text(name) + ":1: UTF-16 text: save the file as UTF-8"};
    }
    text = without_byte_order_mark(text);
    const auto options = syntax_of(program().options, Place::config_file);
    Settings settings;
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const auto end = std::min(text.find('\n'), text.size());
        std::string line{text.substr(0, end)};
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty() && line.back() == '\r') {
            line.pop_back();
        }
        const auto complaint = apply_line(settings, line, options);
        if (!complaint.empty()) {
            return UsageError{safe_text(name) + ':' + std::to_string(number) + ": " + complaint};
        }
    }
    return settings;
}

Expected<Options> settle(const Settings& command_line, const Settings& file) {
    Options options;
    options.ports = command_line.ports;
    options.ports.insert(file.ports);
    if (options.ports.empty()) {
        options.ports = well_known_ports();
    }
    PortSet except = command_line.except;
    except.insert(file.except);
    auto words = command_line.except_words;
    words.insert(words.end(), file.except_words.begin(), file.except_words.end());
    options.unmatched_except = unmatched(words, options.ports);
    split_off_all(options);
    options.ports.erase(except);
    options.all_ports.erase(except);
    if (options.ports.empty() && options.all_ports.empty()) {
        return UsageError{"except leaves no port to listen on"};
    }
    for (const auto& address : command_line.bind.empty() ? file.bind : command_line.bind) {
        if (std::find(options.bind.begin(), options.bind.end(), address) == options.bind.end()) {
            options.bind.push_back(address);
        }
    }
    if (auto complaint = check_bind(options.bind); !complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    options.strictness =
        either(command_line.strictness, file.strictness).value_or(options.strictness);
    options.log_level = either(command_line.log_level, file.log_level).value_or(options.log_level);
    options.log_format =
        either(command_line.log_format, file.log_format).value_or(options.log_format);
    options.max_connections = either(command_line.max_connections, file.max_connections);
    options.threads = either(command_line.threads, file.threads).value_or(options.threads);
    options.ready_file = either(command_line.ready_file, file.ready_file);
    options.ready_fd = command_line.ready_fd;
    options.user = either(command_line.user, file.user);
    options.journal_file = either(command_line.journal_file, file.journal_file);
    options.keys_file = either(command_line.keys_file, file.keys_file);
    return options;
}

}  // namespace pt::server
