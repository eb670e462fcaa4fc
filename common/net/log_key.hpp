#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace pt::net {

/// The fields that lines of the log may have. A new one needs its row below, and is described in
/// the manual page by it.
enum class LogKey {
    protocol,
    port,
    last_port,
    service,
    address,
    addresses,
    peer,
    state,
    reason,
    error,
    hint,
    count,
    suppressed,
    ports,
    opened,
    closed,
    settings,
    record,
    pt,
    server_instance,
    max_connections,
    max_waiting,
    stalled_ms,
    path,
    descriptor,
    argument,
    capability,
    user,
    libbpf
};

/// What a field holds in JSON: a number, a text or a list of texts; or null.
enum class LogKind { number, text, list };

struct LogKeyRow {
    LogKey key;
    std::string_view name;  ///< in JSON and in sentences
    LogKind kind;
    std::string_view meaning;
};

/// Names are a contract: add, never change. What a result of pt-client has too is called and
/// written as there (client/report/scan/output.schema.json).
inline constexpr std::array log_keys{
    LogKeyRow{LogKey::protocol, "protocol", LogKind::text, "tcp or udp"},
    LogKeyRow{LogKey::port, "port", LogKind::number, "the port, or the first one of a range"},
    LogKeyRow{LogKey::last_port, "last_port", LogKind::number,
              "the last port of a range; null: it is one port"},
    LogKeyRow{LogKey::service, "service", LogKind::text,
              "the registered service name of the port; null if there is none"},
    LogKeyRow{LogKey::address, "address", LogKind::text, "a local address"},
    LogKeyRow{LogKey::addresses, "addresses", LogKind::list, "local addresses"},
    LogKeyRow{LogKey::peer, "peer", LogKind::text,
              "address and port that a packet or a connection came from, as 192.0.2.7:40000 or "
              "[2001:db8::7]:40000"},
    LogKeyRow{LogKey::state, "state", LogKind::text,
              "state of the port, as in the table printed at start"},
    LogKeyRow{LogKey::reason, "reason", LogKind::text, "reason, as text; the wording may change"},
    LogKeyRow{LogKey::error, "error", LogKind::text,
              "what the system reports, or what is wrong with an input; null: nothing"},
    LogKeyRow{LogKey::hint, "hint", LogKind::text, "a command to run next on this host"},
    LogKeyRow{LogKey::count, "count", LogKind::number, "number of items that the message is about"},
    LogKeyRow{LogKey::suppressed, "suppressed", LogKind::number,
              "similar lines that were left out since the last one"},
    LogKeyRow{LogKey::ports, "ports", LogKind::text, "ports as SPECs, separated by spaces"},
    LogKeyRow{LogKey::opened, "opened", LogKind::text,
              "ports that were opened, as SPECs; null: none"},
    LogKeyRow{LogKey::closed, "closed", LogKind::text,
              "ports that were closed, as SPECs; null: none"},
    LogKeyRow{LogKey::settings, "settings", LogKind::list, "names of settings"},
    LogKeyRow{LogKey::record, "record", LogKind::text,
              "kind of the record of TCP attempts: exact or sampled"},
    LogKeyRow{LogKey::pt, "pt", LogKind::text, "the version of pt-server"},
    LogKeyRow{LogKey::server_instance, "server_instance", LogKind::text,
              "id of this pt-server process (16 hex digits); pt-client reports the same"},
    LogKeyRow{LogKey::max_connections, "max_connections", LogKind::number,
              "TCP connections that can be open at the same time"},
    LogKeyRow{LogKey::max_waiting, "max_waiting", LogKind::number,
              "limit of the accept queue (net.core.somaxconn)"},
    LogKeyRow{LogKey::stalled_ms, "stalled_ms", LogKind::number,
              "for how long the server did not run, in milliseconds"},
    LogKeyRow{LogKey::path, "path", LogKind::text, "a file or a socket"},
    LogKeyRow{LogKey::descriptor, "descriptor", LogKind::number, "a file descriptor"},
    LogKeyRow{LogKey::argument, "argument", LogKind::text, "command-line argument"},
    LogKeyRow{LogKey::capability, "capability", LogKind::text, "a capability (capabilities(7))"},
    LogKeyRow{LogKey::user, "user", LogKind::text, "the user that pt-server runs as"},
    LogKeyRow{LogKey::libbpf, "libbpf", LogKind::text, "message from libbpf"}};

constexpr const LogKeyRow& row_of(LogKey key) { return log_keys[static_cast<std::size_t>(key)]; }

static_assert(log_keys.size() == static_cast<std::size_t>(LogKey::libbpf) + 1);
static_assert(std::all_of(log_keys.begin(), log_keys.end(),
                          [](const LogKeyRow& row) { return row_of(row.key).key == row.key; }),
              "rows stand in the order of the enumerators");

}  // namespace pt::net
