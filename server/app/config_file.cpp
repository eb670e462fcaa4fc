#include "server/app/config_file.hpp"

#include <cerrno>
#include <fstream>
#include <ios>
#include <string>
#include <system_error>
#include <utility>

#include "common/core/redact.hpp"
#include "common/core/safe_text.hpp"

namespace pt::server {
namespace {

/// What a configuration file holds. A file too long to be one is not read to its end.
Expected<std::string> read_file(const std::string& name) {
    constexpr std::size_t max_file = 1U << 20U;
    errno = 0;
    std::ifstream file{name, std::ios::binary};
    std::string text(max_file + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad() || file.gcount() <= 0) {
        // An empty file is none, too: it says nothing, and more likely it is the wrong one.
        return UsageError{"--config " + quote_word(name) + ": " +
                          (errno == 0
                               ? "is empty"
                               : "cannot be read: " + std::generic_category().message(errno)) +
                          "; expected a file with lines such as \"listen = tcp/443\""};
    }
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.size() > max_file) {
        return UsageError{"--config " + quote_word(name) + ": longer than 1 MiB"};
    }
    return {boost::system::in_place_value, std::move(text)};
}

}  // namespace

Expected<Options> read_settings(const Settings& command_line) {
    Settings file;
    if (command_line.config_file) {
        const auto text = read_file(*command_line.config_file);
        if (!text) {
            return text.error();
        }
        auto parsed = parse_config(*text, *command_line.config_file);
        if (!parsed) {
            return parsed.error();
        }
        file = *std::move(parsed);
    }
    return settle(command_line, file);
}

}  // namespace pt::server
