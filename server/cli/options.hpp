#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/expected.hpp"
#include "common/core/port_set.hpp"
#include "common/net/log.hpp"
#include "common/options/help.hpp"
#include "server/ports/port_table.hpp"

/// pt-server's command line and configuration file. Pure: reads no file, looks nothing up, prints
/// nothing, and throws on nothing that a person types.
namespace pt::server {

/// What one source, the command line or the file, says; what it does not say is empty.
struct Settings {
    PortSet ports;
    PortSet except;
    std::vector<std::string> except_words;  ///< the same, as typed
    std::vector<IpAddress> bind;
    std::optional<Strictness> strictness;
    std::optional<std::string> log_level;
    std::optional<net::LogFormat> log_format;
    std::optional<std::uint32_t> max_connections;
    std::optional<unsigned> threads;
    std::optional<std::string> ready_file;
    std::optional<int> ready_fd;  ///< command line only: who starts us passes it
    std::optional<std::string> user;
    std::optional<std::string> journal_file;
    std::optional<std::string> keys_file;
    std::optional<std::string> config_file;  ///< command line only
};

/// What was asked for, every value within its bounds.
struct Options {
    PortSet ports;      ///< named one by one, or in ranges
    PortSet all_ports;  ///< of protocols of which all are wanted, less the exceptions
    std::vector<std::string>
        unmatched_except;         ///< exceptions, as typed, that take nothing away: a few
    std::vector<IpAddress> bind;  ///< empty: all addresses
    Strictness strictness = Strictness::lenient;
    std::string log_level = "info";
    net::LogFormat log_format = net::LogFormat::text;
    std::optional<std::uint32_t> max_connections;
    unsigned threads = 1;
    std::optional<int> ready_fd;
    std::optional<std::string> ready_file;
    std::optional<std::string> user;  ///< name or number; nothing: see --help
    std::optional<std::string> journal_file;
    std::optional<std::string> keys_file;
};

/// `argv[0]` is not looked at.
Expected<std::variant<Settings, Notice>> parse_command_line(int argc, const char* const argv[]);

/// The text of a configuration file: `name = value` lines with the names of the long options, and
/// `listen = SPEC` for ports; "#" starts a comment. `name` is the file's, for messages.
Expected<Settings> parse_config(std::string_view text, std::string_view name);

/// Ports add up, and so do exceptions; for all else the command line outweighs the file. Without
/// any port: the well-known ones.
Expected<Options> settle(const Settings& command_line, const Settings& file);

}  // namespace pt::server
