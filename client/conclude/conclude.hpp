#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/result/result.hpp"
#include "common/core/inquiry.hpp"

/// The one place that concludes: from what a probe found and what pt-server recorded of it to what
/// is said of the port. For live scans, --resume and --journal alike. Pure.
namespace pt::client {

/// What a scan knows of the pt-servers at one address, besides the server record of each port.
struct ServerKnowledge {
    bool seen = false;  ///< pt-server proved itself with an echo from some port of the address
    /// A pt-server that had proved itself did not answer every query: its part of the record is
    /// missing.
    bool query_unanswered = false;
    /// And no other pt-server at the address replied in its place: open ports have gone silent.
    bool stopped_answering = false;
    bool stalled = false;  ///< pt-server did not run for more than a second during the scan
    /// A query arrived at another address than it was sent to (DNAT), or the server's system does
    /// not tell at which: the record is about ports of that one, and attempts on other ports may
    /// have been sent on to yet another one.
    bool address_rewritten = false;
    /// Some TCP attempt arrived at another port than it was sent to, by what the record holds that
    /// no probe explains (DNAT).
    bool port_rewritten = false;
    /// Our source address is rewritten on the path (NAT): others may share what it becomes, so that
    /// a TCP attempt or connection without a mark may be theirs.
    bool source_rewritten = false;
    /// An echo tells that a TCP port is rewritten, and the record is sampled: attempts that arrived
    /// at ports on which nobody listens may have left no trace.
    bool ports_unwatched = false;
    bool exact_record = false;  ///< no TCP attempt that reaches the server's host is missed
    /// --source-port: our own end resets its connections, so that the port is free again.
    bool resets_own_connections = false;
    /// The time limit is too short for the echo of every frame that counts as punctual.
    bool short_wait = false;
};

struct Concluded {
    Conclusion conclusion;
    std::vector<std::string> notes;  ///< what to know besides the verdict; a short sentence each
    std::optional<bool> server_holds_port;
    Reached reached = Reached::unknown;
};

/// Concludes from the findings of a result, which must be there, and what is known. `record` is the
/// server record of its port; nothing where no server told.
Concluded conclude(const Result& found, const std::optional<PortRecord>& record,
                   const ServerKnowledge& known);

/// The result as it was concluded.
void set_conclusion(Result& result, Concluded concluded);

/// What the records add to what is known of a port of that protocol.
Knowledge port_knowledge(Protocol protocol, const std::optional<PortRecord>& record,
                         const ServerKnowledge& known);

/// Whether a server record may still change what is concluded from these findings.
bool in_doubt(const Findings& findings);

}  // namespace pt::client
