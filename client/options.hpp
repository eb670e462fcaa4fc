#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"
#include "common/net/resolve.hpp"

/// pt-client's command line. Opens no file, asks no resolver, prints nothing.
namespace pt::client {

enum class OutputFormat { table, json, jsonl, csv };

/// Which verdicts count as expected: `open` and `answered`, or `open` alone.
enum class Requirement { answer, echo };

/// What was asked for, every value within its bounds.
struct Options {
    /// From the first positional or from --host, as typed.
    std::vector<std::string> hosts;
    /// --host-file, read by `read_targets`.
    std::optional<std::string> host_file;
    PortSet ports;
    bool any_port = false;  ///< --list without a spec: `ports` is a guess at one that is open

    /// Follows from -4, -6 or the family of --source.
    net::AddressFamily family = net::AddressFamily::any;
    bool all_addresses = false;

    unsigned tries = 16;
    std::chrono::milliseconds timeout{3000};
    std::uint32_t count = 1;
    /// Probes at once; nothing: as many as the descriptors allow.
    std::optional<std::uint32_t> concurrency;
    /// Probes a second; nothing: no limit.
    std::optional<std::uint32_t> rate;

    std::optional<IpAddress> source;
    std::optional<Port> source_port;
    std::optional<std::string> interface;
    /// --dscp: 0 to 63 (RFC 2474).
    std::optional<std::uint8_t> dscp;

    bool journal = true;  ///< ask servers about ports in doubt
    bool list = false;    ///< print the ports that the servers hold

    OutputFormat output = OutputFormat::table;
    Requirement require = Requirement::answer;
    bool explain = false;
};

/// One line that names the word and what is allowed; printable ASCII.
struct UsageError {
    std::string message;
};

/// --help or --version: goes to stdout, exit 0.
struct Notice {
    std::string text;
};

using ParsedOptions = std::variant<Options, UsageError, Notice>;

/// Reads the command line; `argv[0]` is not looked at. Never throws on what a person types.
ParsedOptions parse_options(int argc, const char* const argv[]);

}  // namespace pt::client
