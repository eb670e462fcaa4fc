#pragma once

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "client/options/options.hpp"
#include "common/core/expected.hpp"
#include "common/core/port_set.hpp"

namespace pt::client {

/// One host as typed and the ports to try there. Hosts that are given without ports of their own
/// share the set.
struct Target {
    std::string host;
    std::shared_ptr<const PortSet> ports;
};

using Targets = std::vector<Target>;

/// A run has at most this many hosts.
inline constexpr std::size_t max_hosts = 4096;

/// Every host of the options, then those of --host-file, which is opened here ("-" is standard
/// input), then whole targets; a host named twice is kept once, with all its ports. An error names
/// the file, the line and what is wrong with it.
Expected<Targets> read_targets(const Options& options);

/// One host, or several as a prefix or range (host_range.hpp), a line, UTF-8 with or without a byte
/// order mark; "#" starts a comment; blank lines do not count. `name` is for messages.
Expected<std::vector<std::string>> read_host_lines(std::istream& lines, const std::string& name);

}  // namespace pt::client
