#include "client/options/targets.hpp"

#include <fstream>
#include <iostream>
#include <istream>
#include <unordered_map>
#include <utility>

#include "client/options/host_range.hpp"
#include "client/options/read_file.hpp"
#include "common/core/byte_order_mark.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// Longer than any host with a comment behind it; a file of one endless line is not read whole.
constexpr std::size_t max_line = 1024;
/// Hosts with generous comments; a device that yields empty lines for ever ends here.
constexpr std::size_t max_lines = 16 * max_hosts;
constexpr std::string_view blanks = " \t\r\f\v";

std::string without_comment(std::string_view line) {
    line = line.substr(0, line.find('#'));
    const auto first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos) {
        return "";
    }
    const auto last = line.find_last_not_of(blanks);
    return std::string{line.substr(first, last - first + 1)};
}

enum class Line { read, too_long, none };

/// Like std::getline, but takes no more than `max_line` bytes.
Line read_line(std::istream& input, std::string& line) {
    line.clear();
    char byte = 0;
    bool any = false;
    while (input.get(byte)) {
        any = true;
        if (byte == '\n') {
            return Line::read;
        }
        if (line.size() == max_line) {
            return Line::too_long;
        }
        line += byte;
    }
    return any ? Line::read : Line::none;
}

UsageError too_many(const std::string& where) {
    return {where + ": too many hosts: " + std::to_string(max_hosts) + " are allowed"};
}

}  // namespace

Expected<std::vector<std::string>> read_host_lines(std::istream& lines, const std::string& name) {
    std::vector<std::string> hosts;
    std::string line;
    for (std::size_t number = 1;; ++number) {
        const auto where = safe_text(name) + " line " + std::to_string(number);
        switch (read_line(lines, line)) {
            case Line::none: return hosts;
            case Line::too_long:
                return UsageError{where + ": longer than " + std::to_string(max_line) +
                                  " bytes; one host a line is allowed"};
            case Line::read: break;
        }
        if (number == 1 && is_utf16(line)) {
            return UsageError{where + ": UTF-16 text: save the file as UTF-8"};
        }
        const auto host =
            without_comment(number == 1 ? without_byte_order_mark(line) : std::string_view{line});
        if (number > max_lines) {
            return UsageError{where + ": the file is longer than " + std::to_string(max_lines) +
                              " lines"};
        }
        if (host.empty()) {
            continue;
        }
        auto more = expand_host_range(host);
        if (!more) {
            return UsageError{where + ": " + more.error().message};
        }
        if (hosts.size() + more->size() > max_hosts) {
            return too_many(where);
        }
        hosts.insert(hosts.end(), more->begin(), more->end());
    }
}

Expected<Targets> read_targets(const Options& options) {
    auto hosts = options.hosts;
    if (options.host_file) {
        const std::string& name = *options.host_file;
        std::ifstream opened;
        const auto failure = is_standard_input(name) ? "" : open_to_read(opened, name);
        if (!failure.empty()) {
            return UsageError{"--host-file " + quote_word(name) + " cannot be read: " + failure};
        }
        auto lines = read_host_lines(is_standard_input(name) ? std::cin : opened, input_name(name));
        if (!lines) {
            return lines.error();
        }
        auto& more = *lines;
        if (more.empty()) {
            return UsageError{"--host-file " + quote_word(*options.host_file) +
                              " contains no host: at least one is required"};
        }
        hosts.insert(hosts.end(), std::make_move_iterator(more.begin()),
                     std::make_move_iterator(more.end()));
    }
    const auto ports = std::make_shared<const PortSet>(options.ports);
    Targets targets;
    std::unordered_map<std::string, std::size_t> places;
    for (auto& host : hosts) {
        if (places.emplace(host, targets.size()).second) {
            targets.push_back({std::move(host), ports});
        }
    }
    for (const auto& whole : options.whole_targets) {
        const auto [place, is_new] = places.emplace(whole.host, targets.size());
        if (is_new) {
            targets.push_back({whole.host, std::make_shared<const PortSet>(whole.ports)});
            continue;
        }
        auto& target = targets[place->second];
        PortSet all = *target.ports;
        all.insert(whole.ports);
        target.ports = std::make_shared<const PortSet>(all);
    }
    if (targets.size() > max_hosts) {
        return too_many("all together");
    }
    return targets;
}

}  // namespace pt::client
