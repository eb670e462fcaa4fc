#include "server/app/reload.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "common/core/safe_text.hpp"
#include "common/net/log.hpp"
#include "server/app/config_file.hpp"

namespace pt::server {
namespace {

using net::field;
using net::LogKey;
using net::LogLevel;

bool asks_for_port_zero(const Options& options, Protocol protocol) {
    return options.ports.contains(protocol, Port{0});
}

void log_failed(const PortTable& failed) {
    constexpr std::size_t max_logged = 8;
    for (std::size_t i = 0; i < failed.size() && i < max_logged; ++i) {
        const auto& entry = failed[i];
        net::log(
            LogLevel::warn, "failed to bind {protocol}/{port} on {address}: {state}",
            field<LogKey::protocol>(entry.protocol), field<LogKey::port>(entry.port),
            field<LogKey::address>(entry.address),
            field<LogKey::state>(to_string(entry.state), describe_state(entry.state, entry.error)),
            field<LogKey::error>(std::error_code{entry.error, std::system_category()}));
    }
    if (failed.size() > max_logged) {
        net::log(LogLevel::warn, "failed to bind {count} more",
                 field<LogKey::count>(failed.size() - max_logged));
    }
}

template <LogKey key>
net::Field<key> field_of(const std::string& ports) {
    return field<key>(ports, ports.empty() ? std::optional<std::string>{"none"} : std::nullopt);
}

}  // namespace

std::vector<std::string> names_that_need_restart(const Options& present, const Options& read) {
    const std::pair<bool, std::string_view> differences[] = {
        {present.all_ports != read.all_ports, "all"},
        {asks_for_port_zero(present, Protocol::tcp) != asks_for_port_zero(read, Protocol::tcp),
         "tcp/0"},
        {asks_for_port_zero(present, Protocol::udp) != asks_for_port_zero(read, Protocol::udp),
         "udp/0"},
        {present.bind != read.bind, "bind"},
        {present.max_connections != read.max_connections, "max-connections"},
        {present.threads != read.threads, "threads"},
        {present.user != read.user, "user"},
        {present.journal_file != read.journal_file, "journal-file"},
        {present.keys_file != read.keys_file, "keys"},
        {present.ready_file != read.ready_file, "ready-file"},
        {present.log_level != read.log_level, "log-level"},
        {present.log_format != read.log_format, "log-format"}};
    std::vector<std::string> names;
    for (const auto& [differs, name] : differences) {
        if (differs) {
            names.emplace_back(name);
        }
    }
    return names;
}

void reload(Server& server, const Options& options, const Settings& command_line) {
    const auto settled = read_settings(command_line);
    if (!settled) {
        net::log(LogLevel::error, "SIGHUP: nothing is changed: {error}",
                 field<LogKey::error>(settled.error().message));
        return;
    }
    const auto& read = *settled;
    if (const auto names = names_that_need_restart(options, read); !names.empty()) {
        net::log(LogLevel::warn, "SIGHUP: unchanged until pt-server is started again: {settings}",
                 field<LogKey::settings>(names));
    }
    const auto change = server.change_ports(read.ports);
    log_failed(change.failed);
    net::log(LogLevel::info, "SIGHUP: read \"{path}\" again; opened: {opened}; closed: {closed}",
             field<LogKey::path>(safe_word(*command_line.config_file)),
             field_of<LogKey::opened>(change.opened.to_string()),
             field_of<LogKey::closed>(change.closed.to_string()));
}

}  // namespace pt::server
