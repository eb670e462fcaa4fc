#include "client/saved/conclude_again.hpp"

#include <optional>
#include <utility>

#include "client/conclude/conclude.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

/// What all results of a session tell together.
struct Session {
    PortSet probed;
    bool rewrites_ports = false;  ///< a TCP echo tells of another port than was probed (DNAT)
};

void add(Session& session, const Result& result) {
    const Endpoint& endpoint = result.endpoint;
    session.probed.insert(endpoint.protocol, endpoint.port);
    session.rewrites_ports =
        session.rewrites_ports || (endpoint.protocol == Protocol::tcp && result.seen &&
                                   result.seen->destination.port != endpoint.port);
}

void conclude_one(Result& result, const JournalFile& journal, const Session& session,
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
    known.port_rewritten = !elsewhere.empty();
    known.ports_unwatched = session.rewrites_ports && !known.exact_record;
    auto concluded = conclude(result, record, known);
    result.conclusion = concluded.conclusion;
    result.notes = std::move(concluded.notes);
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
                                        const JournalFile& journal, const HintFacts& facts) {
    std::set<std::uint64_t> remarked;
    std::map<std::uint64_t, Session> sessions;
    for (const Result& result : results) {
        add(sessions[result.session], result);
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
