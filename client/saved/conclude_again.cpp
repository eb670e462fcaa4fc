#include "client/saved/conclude_again.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "client/conclude/conclude.hpp"
#include "client/conclude/known_server.hpp"
#include "client/text/number_text.hpp"
#include "common/core/id_text.hpp"

namespace pt::client {
namespace {

/// What all results of a session tell together.
struct Session {
    PortSet probed;
    bool rewrites_ports = false;  ///< a TCP echo tells of another port than was probed (DNAT)
    std::set<Port> rewritten_to;  ///< those other ports
    bool source_rewritten = false;
    /// On some TCP ports something arrived, but no frame, and on silent ones nothing did: attempts
    /// on these may have arrived on the former (DNAT).
    bool is_ambiguous = false;
};

void add(Session& session, const Result& result) {
    const Endpoint& endpoint = result.endpoint;
    session.probed.insert(endpoint.protocol, endpoint.port);
    session.source_rewritten =
        session.source_rewritten ||
        (result.seen && result.local && is_source_rewritten(*result.local, *result.seen));
    if (endpoint.protocol == Protocol::tcp && result.seen &&
        result.seen->destination.port != endpoint.port) {
        session.rewrites_ports = true;
        session.rewritten_to.insert(result.seen->destination.port);
    }
}

void find_ambiguity(Session& session, const std::vector<Result>& results,
                    const SavedJournal& journal, std::uint64_t id) {
    const PortSet traces = journal.without_frame(id);
    session.is_ambiguous =
        !traces.empty() && std::any_of(results.begin(), results.end(), [&](const Result& result) {
            const auto& [protocol, address, port] = result.endpoint;
            return result.session == id && protocol == Protocol::tcp && result.findings &&
                   is_silent(*result.findings) && !traces.contains(protocol, port) &&
                   !journal.find(id, protocol, port).frame;
        });
}

void conclude_one(Result& result, const SavedJournal& journal, const Session& session,
                  const HintFacts& facts) {
    const auto record =
        journal.find(result.session, result.endpoint.protocol, result.endpoint.port);
    ServerKnowledge known;
    known.seen = true;
    known.stalled = journal.stalled(result.session);
    known.exact_record = journal.is_exact();
    known.address_rewritten = !journal.came_to(result.session, result.endpoint.address);
    PortSet elsewhere = journal.without_frame(result.session);
    elsewhere.erase(session.probed);
    known.port_rewritten = !elsewhere.empty() || journal.may_have_strays(result.session) ||
                           (session.is_ambiguous && is_silent(*result.findings)) ||
                           session.rewritten_to.contains(result.endpoint.port);
    known.source_rewritten = session.source_rewritten;
    known.ports_unwatched = session.rewrites_ports && !known.exact_record;
    set_conclusion(result, conclude(result, record, known));
    result.exact_record = known.exact_record;
    result.hint = hint_for(result, record, known, facts);
}

}  // namespace

bool may_be_concluded_again(const Result& result) {
    return result.session != 0 && result.findings && !result.exact_record &&
           in_doubt(*result.findings);
}

std::vector<std::string> conclude_again(std::vector<Result>& results,
                                        const SessionAddresses& addresses,
                                        const SavedJournal& journal, const HintFacts& facts) {
    std::set<std::uint64_t> remarked;
    std::map<std::uint64_t, Session> sessions;
    for (const Result& result : results) {
        add(sessions[result.session], result);
    }
    for (auto& [id, session] : sessions) {
        find_ambiguity(session, results, journal, id);
    }
    std::vector<std::string> remarks;
    for (Result& result : results) {
        const auto tried = addresses.find(result.session);
        const bool one_address = tried != addresses.end() && tried->second.size() == 1;
        if (journal.knows(result.session) && one_address) {
            conclude_one(result, journal, sessions[result.session], facts);
        } else if (remarked.insert(result.session).second) {
            remarks.push_back(
                journal.knows(result.session)
                    ? "the scan with session " + hex_id(result.session) +
                          " probed several addresses, which the journal does not tell apart"
                    : "no record of the scan with session " + hex_id(result.session) +
                          ": nothing of it arrived, or the journal is another server's or of "
                          "another time");
        }
    }
    return remarks;
}

}  // namespace pt::client
