#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/conclude/hint.hpp"
#include "client/result/result.hpp"
#include "client/saved/saved_journal.hpp"

/// Results of scans that could ask no server, concluded anew with the server's journal at hand.
namespace pt::client {

/// All addresses that the results of each session are of.
using SessionAddresses = std::map<std::uint64_t, std::set<IpAddress>>;

/// Whether a journal may change what was concluded without one: the findings are known, and no
/// server record has been used.
bool may_be_concluded_again(const Result& result);

/// Concludes anew what the journal knows of, each result by its own session. Only where all
/// results of a session are of one address: sessions of older clients may be of several, which the
/// journal does not tell apart. Returns a sentence for each session that stays as it is although it
/// is in doubt.
std::vector<std::string> conclude_again(std::vector<Result>& results,
                                        const SessionAddresses& addresses,
                                        const SavedJournal& journal, const HintFacts& facts);

}  // namespace pt::client
