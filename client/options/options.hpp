#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client/options/output_format.hpp"
#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"
#include "common/core/verdict.hpp"
#include "common/keys/key.hpp"
#include "common/net/resolution.hpp"

/// What was asked for: the options of a scan as values. Other commands have theirs in client/cli.
namespace pt::client {

/// Which verdicts count as expected: `open` and `answered`, or `open` alone.
enum class Requirement { answer, echo };

/// A host with ports of its own: "tcp://db:5432".
struct WholeTarget {
    std::string host;
    PortSet ports;
};

/// A service name as typed, and its port.
struct NameOfBoth {
    std::string name;
    Port port{};
};

/// When the table has colours: on a terminal that has them and without NO_COLOR, or as said.
enum class Color { automatic, always, never };

/// What was asked for, every value within its bounds.
struct Options {
    /// From the first positional or from --host, as typed.
    std::vector<std::string> hosts;
    /// --host-file, read by `read_targets`.
    std::optional<std::string> host_file;
    /// For all of those.
    PortSet ports;
    std::vector<WholeTarget> whole_targets;
    /// "https": names without a protocol whose services UDP carries, too; a note names those of
    /// which only TCP is tested.
    std::vector<NameOfBoth> names_of_both;
    bool any_port = false;  ///< a list without a spec: `ports` is a guess at one that is open

    /// Follows from -4, -6 or the family of --source.
    net::AddressFamily family = net::AddressFamily::any;
    bool all_addresses = false;

    unsigned tries = 16;
    bool tries_given = false;  ///< by the user: no probe has fewer or more
    bool timeout_given = false;
    /// Longer than a router takes to find that nobody has an address (three look-ups, a second
    /// each).
    std::chrono::milliseconds timeout{3500};
    /// For looking one name up. resolv.conf(5): by default the system's resolver tries each server
    /// twice, for five seconds. With --timeout, as long as that, but no less than two seconds.
    std::chrono::milliseconds lookup_timeout{10'000};
    std::uint32_t count = 1;
    /// --frame-size: of the further frames on an open port; nothing: as all others.
    std::optional<std::uint16_t> frame_size;
    /// Probes at once; nothing: as many as the descriptors allow.
    std::optional<std::uint32_t> concurrency;
    /// Probes a second; nothing: no limit.
    std::optional<std::uint32_t> rate;

    std::optional<IpAddress> source;
    std::optional<Port> source_port;
    std::optional<std::string> interface;
    /// --dscp: 0 to 63 (RFC 2474).
    std::optional<std::uint8_t> dscp;

    std::optional<std::string> key_file;  ///< --key
    std::optional<Key> key;               ///< from that file, by `choose_key`

    bool journal = true;  ///< ask servers about ports in doubt
    bool list = false;    ///< pt-client list: print the ports that the servers hold

    /// --resume: a file of earlier results. Without hosts and ports, those of the file are meant.
    std::optional<std::string> resume;

    /// --journal: what the server's --journal-file wrote, for runs that could ask no server.
    std::optional<std::string> journal_file;

    /// --baseline: a file of earlier results, which the scan's are compared with.
    std::optional<std::string> baseline;

    OutputFormat output = OutputFormat::table;
    std::vector<OutputFile> output_files;  ///< -o, in addition to what is printed
    /// --only: the verdicts that are shown; nothing: all.
    std::optional<std::set<Verdict>> only;
    Requirement require = Requirement::answer;
    bool explain = false;
    bool verbose = false;  ///< of the table: each port, and what finds its packets in other logs
    bool quiet = false;    ///< print nothing but errors: the exit status tells
    Color color = Color::automatic;

    /// The user's.
    void set_timeout(std::chrono::milliseconds value) {
        constexpr std::chrono::milliseconds min_lookup_timeout{2000};
        timeout = value;
        timeout_given = true;
        lookup_timeout = std::max(value, min_lookup_timeout);
    }
};

}  // namespace pt::client
