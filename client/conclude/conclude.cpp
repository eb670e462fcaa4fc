#include "client/conclude/conclude.hpp"

#include <utility>

#include "client/conclude/notes.hpp"

namespace pt::client {
namespace {

/// Whether pt-server holds the port on the very address that was probed.
std::optional<bool> holds_port(const PortRecord& record, const ServerKnowledge& known) {
    if (record.frame) {  // it had a listener, whatever port and address it was sent to (DNAT)
        return true;
    }
    if (known.address_rewritten) {
        return std::nullopt;
    }
    if (record.listening) {
        return true;
    }
    return known.query_unanswered ? std::nullopt : std::optional{false};
}

/// A frame names the port that it was sent to, and so do both kinds of marks. A TCP attempt or
/// connection without them does not: where ports are rewritten on the path, it may belong to
/// another probe.
Reached reached(Protocol protocol, const PortRecord& record, const ServerKnowledge& known) {
    if (record.frame) {
        return record.late || known.short_wait ? Reached::late_frame : Reached::frame;
    }
    const bool may_be_anothers = known.port_rewritten || known.source_rewritten;
    if (protocol == Protocol::tcp && may_be_anothers && !record.marked &&
        (known.port_rewritten || record.established || record.attempt)) {
        return Reached::unknown;
    }
    if (known.short_wait && (record.established || record.attempt)) {
        return Reached::unknown;  // what came back is not known to be lost
    }
    if (record.established) {
        return Reached::established;
    }
    if (record.attempt) {
        return Reached::attempt;
    }
    const bool may_be_elsewhere =
        known.address_rewritten || (protocol == Protocol::tcp && known.ports_unwatched);
    const bool may_be_missed = record.other || record.incomplete || record.astray ||
                               known.query_unanswered || may_be_elsewhere ||
                               (protocol == Protocol::udp && record.deaf);
    return may_be_missed ? Reached::unknown : Reached::nothing;
}

/// Of a port on which pt-server does not listen: it need not run for its host to refuse.
bool is_refused_by_kernel(const Findings& findings, const Knowledge& knowledge) {
    return findings.resets > 0 && !findings.connected &&
           !knowledge.server_holds_port.value_or(true);
}

}  // namespace

bool in_doubt(const Findings& findings) {
    const bool settled = findings.echo || findings.altered_echo || findings.no_route ||
                         findings.interrupted || findings.local_error != 0;
    return !settled;
}

Knowledge port_knowledge(Protocol protocol, const std::optional<PortRecord>& record,
                         const ServerKnowledge& known) {
    Knowledge knowledge;
    // Whose answer it was is less certain where not all servers could be asked.
    knowledge.server_seen = known.seen && !known.query_unanswered && !known.address_rewritten;
    if (!record) {
        return knowledge;
    }
    knowledge.server_holds_port = holds_port(*record, known);
    knowledge.reached = reached(protocol, *record, known);
    knowledge.server_deaf = record->deaf;
    const bool connection_seen = record->frame || knowledge.reached == Reached::established;
    if (connection_seen && !known.resets_own_connections) {
        knowledge.server_was_reset = record->reset;
    }
    return knowledge;
}

Concluded conclude(const Result& found, const std::optional<PortRecord>& record,
                   const ServerKnowledge& known) {
    const Endpoint& endpoint = found.endpoint;
    const Knowledge knowledge = port_knowledge(endpoint.protocol, record, known);
    Findings findings = found.findings.value_or(Findings{});
    const bool stalled = known.stalled && may_be_servers_fault(findings) &&
                         !is_refused_by_kernel(findings, knowledge);
    findings.server_lost = findings.server_lost || stalled;
    Concluded concluded{diagnose(endpoint.address, findings, knowledge),
                        {},
                        knowledge.server_holds_port,
                        knowledge.reached};
    concluded.notes = notes_for(found, concluded.conclusion, {knowledge, record, known});
    return concluded;
}

void set_conclusion(Result& result, Concluded concluded) {
    result.conclusion = concluded.conclusion;
    result.notes = std::move(concluded.notes);
    result.server_holds_port = concluded.server_holds_port;
    result.reached = concluded.reached;
}

}  // namespace pt::client
