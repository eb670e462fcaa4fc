#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/options/options.hpp"
#include "common/core/expected.hpp"
#include "common/options/help.hpp"
#include "common/options/program.hpp"

/// The command line of `pt-client watch`.
namespace pt::client {

/// What ends a watch before its time.
enum class WatchUntil {
    time,     ///< nothing does
    open,     ///< pt-server replies on every port
    blocked,  ///< every port is proved to be blocked
};

struct WatchOptions {
    /// Several attempts an interval for each port; of all of them so many a second at most.
    static constexpr std::size_t max_attempts_a_second = 2'000;

    Options scan;  ///< the targets, and how scans after a change probe them
    std::chrono::milliseconds every{1'000};
    std::optional<std::chrono::milliseconds> limit;  ///< nothing: until it is interrupted
    WatchUntil until = WatchUntil::time;
    std::vector<std::string> command;  ///< is run at each change; none: nothing is
};

/// What --help and the manual page of the command are made from.
const Program& watch_program();

/// Reads what stands behind "watch". Never throws on what a person types.
Expected<std::variant<WatchOptions, Notice>> parse_watch_options(int argc,
                                                                 const char* const argv[]);

/// What is wrong with watching so many ports; "" if nothing is.
std::string too_many_ports(std::size_t ports, std::chrono::milliseconds every);

}  // namespace pt::client
