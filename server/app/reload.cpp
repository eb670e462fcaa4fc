#include "server/app/reload.hpp"

#include <spdlog/spdlog.h>

#include <cstddef>
#include <string_view>
#include <utility>
#include <variant>

#include "common/net/safe_text.hpp"
#include "server/app/config_file.hpp"

namespace pt::server {
namespace {

bool asks_for_port_zero(const Options& options, Protocol protocol) {
    return options.ports.contains(protocol, Port{0});
}

void log_failed(const PortTable& failed) {
    constexpr std::size_t max_logged = 8;
    for (std::size_t i = 0; i < failed.size() && i < max_logged; ++i) {
        const auto& entry = failed[i];
        spdlog::warn("failed to bind {}/{} on {}: {}", to_string(entry.protocol),
                     to_number(entry.port), entry.address.to_string(),
                     describe_state(entry.state, entry.error));
    }
    if (failed.size() > max_logged) {
        spdlog::warn("failed to bind {} more", failed.size() - max_logged);
    }
}

std::string text_of(const PortSet& ports) { return ports.empty() ? "none" : ports.to_string(); }

}  // namespace

std::string names_that_need_restart(const Options& present, const Options& read) {
    const std::pair<bool, std::string_view> differences[] = {
        {present.all_ports != read.all_ports, "all"},
        {asks_for_port_zero(present, Protocol::tcp) != asks_for_port_zero(read, Protocol::tcp),
         "tcp/0"},
        {asks_for_port_zero(present, Protocol::udp) != asks_for_port_zero(read, Protocol::udp),
         "udp/0"},
        {present.bind != read.bind, "bind"},
        {present.max_connections != read.max_connections, "max-connections"},
        {present.threads != read.threads, "threads"},
        {present.journal_file != read.journal_file, "journal-file"},
        {present.ready_file != read.ready_file, "ready-file"},
        {present.log_level != read.log_level, "log-level"},
        {present.log_format != read.log_format, "log-format"}};
    std::string names;
    for (const auto& [differs, name] : differences) {
        if (differs) {
            names.append(names.empty() ? "" : ", ").append(name);
        }
    }
    return names;
}

void reload(Server& server, const Options& options, const Settings& command_line) {
    const auto settled = read_settings(command_line);
    if (const auto* const error = std::get_if<UsageError>(&settled)) {
        spdlog::error("SIGHUP: nothing is changed: {}", error->message);
        return;
    }
    const auto& read = std::get<Options>(settled);
    if (const auto names = names_that_need_restart(options, read); !names.empty()) {
        spdlog::warn("SIGHUP: unchanged until pt-server is started again: {}", names);
    }
    const auto change = server.change_ports(read.ports);
    log_failed(change.failed);
    spdlog::info("SIGHUP: read {} again; opened: {}; closed: {}",
                 net::quote_word(*command_line.config_file), text_of(change.opened),
                 text_of(change.closed));
}

}  // namespace pt::server
