#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"
#include "common/core/port_state.hpp"
#include "common/core/timing.hpp"
#include "common/core/verdict.hpp"

/// What a run hands to the reports: plain values, nothing left to compute or look up.
namespace pt::client {

/// What the far end reported in its echo.
struct ServerView {
    SocketAddress source;              ///< our address and port as the server saw them
    SocketAddress destination;         ///< the address and port that the frame arrived at
    std::uint8_t received_ttl = 0;     ///< TTL or hop limit on arrival; 0: not known
    std::uint64_t instance = 0;        ///< random per start of the server
    std::uint8_t received_tos = 0;     ///< TOS or traffic class on arrival; known where the TTL is
    std::uint32_t session_frames = 0;  ///< of this run that were recorded by then
    std::uint32_t key_id = 0;          ///< of the key that the echo was made with; 0: none
};

/// Which end of a TCP connection closed it first: that end keeps it in TIME_WAIT
/// (RFC 9293 section 3.3.2).
enum class End { client, server };

/// What leads on from a result that leaves a question; either may be empty, not both.
struct Hint {
    std::string on_server;  ///< a command for the target's host
    std::string command;    ///< for this host; after the other one where there are both

    friend auto operator<=>(const Hint&, const Hint&) = default;
};

/// The result for one endpoint.
struct Result {
    std::string host;              ///< as typed
    std::uint32_t host_place = 0;  ///< of its host in the run, from 0: reports keep that order
    /// The address is unspecified where the name could not be resolved.
    Endpoint endpoint;
    Conclusion conclusion;
    /// What the conclusion is drawn from; nothing where the result was read from the file of a
    /// pt-client that did not write it: that one is not concluded anew.
    std::optional<Findings> findings;
    /// Whether the server record that the conclusion is drawn from is exact, or sampled; nothing
    /// where there was none.
    std::optional<bool> exact_record;
    /// What that record says: whether pt-server holds the port on the very address that was probed
    /// (nothing: not known), and what of this scan's attempts reached it.
    std::optional<bool> server_holds_port;
    Reached reached = Reached::unknown;
    int local_error = 0;  ///< errno behind `untested: local-error`, else 0
    /// Behind `untested: local-error` where no errno says it: "Name or service not known".
    std::string local_reason;
    std::uint32_t attempts = 0;
    RttStatistics rtt;
    std::uint32_t frames_sent = 0;  ///< of --count: frames sent on the open port, and not answered
    std::uint32_t frames_lost = 0;
    /// --frame-size: of all of those but the first; nothing: as the first.
    std::optional<std::uint16_t> frame_size;
    /// Our end of the attempt that decided; of the last attempt where none did.
    std::optional<SocketAddress> local;
    std::optional<ServerView> seen;
    std::uint8_t sent_tos = 0;  ///< TOS or traffic class that its packets were sent with
    /// Routers between us and the server, by what the TTL lost on the way.
    std::optional<int> hops;
    /// TCP: who closed the deciding attempt's connection first; nothing: not known, or none was
    /// made.
    std::optional<End> closed_first;
    /// What else is worth saying, rewritten addresses (NAT) among it; one short sentence each.
    std::vector<std::string> notes;
    std::optional<Hint> hint;
    /// Of the run that found it; 0 where it sent nothing.
    std::uint64_t session = 0;
    /// When it was concluded, by this host's clock; nothing: not known.
    std::optional<std::chrono::system_clock::time_point> concluded_at;
};

/// What --explain tells of this machine.
struct ExplainFacts {
    /// net.ipv4.ip_local_port_range: where the kernel takes ephemeral ports from, both ends within.
    std::optional<std::pair<Port, Port>> ephemeral_range;
    /// How long a closed TCP connection stays in TIME_WAIT here.
    std::chrono::seconds time_wait{60};
    /// --source-port, where it was given: the port is then no ephemeral one.
    std::optional<Port> source_port;
};

/// What one server says of the ports that it was asked to hold, as unbroken stretches in order.
struct Manifest {
    struct Stretch {
        PortSet::Range ports;
        PortState state = PortState::not_asked;
    };
    IpAddress address;
    std::uint64_t instance = 0;
    bool complete = true;  ///< false: some of it did not arrive
    /// Whether the server's record of TCP attempts is exact, or sampled; nothing: it did not say.
    std::optional<bool> exact_record;
    std::vector<Stretch> stretches;
};

/// A whole run.
struct RunSummary {
    /// Nothing where a saved file does not hold it; so with `duration`.
    std::optional<std::chrono::system_clock::time_point> started;
    std::optional<Nanoseconds> duration;
    /// As typed; several are joined with ",".
    std::string host;
    /// The first pt-server that answered; 0 where none did.
    std::uint64_t server_instance = 0;
    bool interrupted = false;
    /// What shows only over several ports: NAT mapping, several servers, duplicates.
    std::vector<std::string> notes;
    /// Of a list: what the servers say of their ports.
    std::vector<Manifest> manifests;
    /// For --explain only.
    ExplainFacts facts;
};

}  // namespace pt::client
