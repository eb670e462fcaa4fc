#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "client/conclude/flow_notes.hpp"
#include "client/conclude/journal.hpp"
#include "client/conclude/known_server.hpp"
#include "client/probe/probe.hpp"
#include "client/scan/flow_check.hpp"
#include "client/scan/inquirer.hpp"
#include "common/core/port_set.hpp"

namespace pt::client {

class Run;

/// What a scan gathers about one address, until all of its ports are decided and its servers have
/// been asked: an address is concluded as a whole, and then takes no memory any more.
struct ScannedAddress {
    std::uint64_t session = 0;           ///< of all frames to it
    std::uint64_t cookie = 0;            ///< from pt-server, for requests over UDP; 0: none
    std::optional<TimePoint> cookie_at;  ///< when it came
    std::size_t left = 0;                ///< probes that are not finished
    std::size_t total = 0;
    /// Finished, but not reported: the server record may change what is concluded.
    std::vector<Probe> held;
    std::size_t reported = 0;  ///< of those, while the address is concluded
    /// Reported without an echo: what arrived on them explains what the servers count.
    std::vector<ProtocolPort> settled;
    GivenUp given_up;  ///< on ports that proved open, also to ask over them
    KnownServers servers;
    ServerRecords records;
    TimePoint last_echo{};
    /// An error that says that the host cannot be reached, if nothing of the host has answered.
    std::optional<IcmpError> unreachable;
    bool no_neighbour = false;  ///< that is known from the kernel's neighbour table
    bool alive = false;  ///< something that only the host, or a device in its name, can send came
    std::vector<std::shared_ptr<Asking>> asking;
    std::size_t unanswered = 0;   ///< servers that have not answered yet
    std::size_t extra_parts = 0;  ///< further probes in flight
    bool looked_for_server = false;
    bool asked = false;
    bool confirmed = false;
    bool scanned_in_isolation = false;
    /// A further scan of the TCP ports on which nothing arrived, and those of them whose attempts
    /// may still have arrived on another port.
    std::shared_ptr<Run> isolated_scan;
    std::set<Port> may_be_elsewhere;
    FlowLog flows;
    std::vector<FlowOutcome> checked_flows;  ///< instead of those, once they were checked
    std::optional<Endpoint> open_tcp;        ///< a port that proved open
    std::optional<Endpoint> open_udp;
    Nanoseconds round_trip{};  ///< the longest to an open port
    std::shared_ptr<FlowCheck> flow_check;
    bool flows_checked = false;
};

}  // namespace pt::client
