#include "client/conclude/record_notes.hpp"

namespace pt::client {
namespace {

constexpr const char* stopped =
    "ports that answered have stopped answering: a ban, a limit, or pt-server ended";

constexpr const char* unasked =
    "one of several pt-servers at this address could not be asked for its record: connections led "
    "to another one";

constexpr const char* short_wait =
    "an attempt reached pt-server, but the time limit is too short to tell a late reply from a "
    "lost one";

constexpr const char* elsewhere = "attempts may have arrived at other ports than they were sent to";

std::string incomplete_record(Protocol protocol, const ServerKnowledge& server) {
    if (protocol == Protocol::udp) {
        return "pt-server's record is incomplete (its queue was full, or it kept no record of the "
               "whole scan)";
    }
    return server.exact_record
               ? "pt-server's record does not cover the whole scan"
               : "pt-server's record is sampled and may have missed attempts; started with CAP_BPF "
                 "and CAP_NET_ADMIN, pt-server keeps an exact record";
}

const char* unanswered(const ServerKnowledge& server) {
    return server.stopped_answering ? stopped : unasked;
}

}  // namespace

std::string record_gap(Protocol protocol, const Basis& basis) {
    if (basis.port.reached == Reached::late_frame) {
        return basis.server.short_wait
                   ? short_wait
                   : "a request reached pt-server late, so that its reply may have come after the "
                     "time limit";
    }
    if (basis.port.reached != Reached::unknown) {
        return "";
    }
    if (!basis.record) {
        return basis.server.query_unanswered ? unanswered(basis.server) : "";
    }
    if (protocol == Protocol::tcp && basis.server.port_rewritten) {
        return elsewhere;
    }
    if (basis.server.short_wait && (basis.record->established || basis.record->attempt)) {
        return short_wait;
    }
    if (basis.record->astray) {
        return elsewhere;
    }
    const bool left_a_trace = basis.record->established || basis.record->attempt;
    const bool may_be_anothers =
        protocol == Protocol::tcp && basis.server.source_rewritten && left_a_trace;
    if (basis.record->other || may_be_anothers) {
        return "packets that may be others' reached this port during the scan, and pt-server "
               "cannot tell "
               "whose attempts it was";
    }
    if (basis.server.address_rewritten) {
        return "the query is not known to have arrived at the address that it was sent to, so "
               "attempts may have arrived at another";
    }
    if (protocol == Protocol::tcp && basis.server.ports_unwatched) {
        return elsewhere;
    }
    return basis.record->incomplete ? incomplete_record(protocol, basis.server)
                                    : unanswered(basis.server);
}

}  // namespace pt::client
