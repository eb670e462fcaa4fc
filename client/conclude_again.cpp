#include "client/conclude_again.hpp"

#include <optional>

#include "client/number_text.hpp"
#include "client/server_word.hpp"
#include "common/core/icmp_error.hpp"

namespace pt::client {
namespace {

/// The target's own "port unreachable" (RFC 792, RFC 4443 section 3.1), as it was found.
IcmpError port_unreachable(const Result& result) {
    constexpr std::uint8_t v4_type = 3;
    constexpr std::uint8_t v4_code = 3;
    constexpr std::uint8_t v6_type = 1;
    constexpr std::uint8_t v6_code = 4;
    const bool v6 = !result.endpoint.address.is_v4();
    return {v6, v6 ? v6_type : v4_type, v6 ? v6_code : v4_code,
            result.conclusion.by.value_or(IpAddress{})};
}

/// What the probe must have found, where that was concluded from without the server's word.
std::optional<Findings> findings_of(const Result& result) {
    const auto& [verdict, evidence, by, direction] = result.conclusion;
    Findings findings;
    if (verdict == Verdict::filtered && direction == Direction::unknown) {
        return findings;
    }
    if (verdict == Verdict::closed && evidence == Evidence::reset) {
        findings.resets = 1;
        return findings;
    }
    if (verdict == Verdict::closed && evidence == Evidence::icmp_port_unreachable) {
        findings.icmp = port_unreachable(result);
        findings.icmp_errors = 1;
        return findings;
    }
    if (verdict == Verdict::answered) {
        findings.connected = result.endpoint.protocol == Protocol::tcp;
        findings.foreign_data = evidence == Evidence::foreign_data;
        findings.data_resets = evidence == Evidence::data_reset ? 1 : 0;
        return findings;
    }
    return std::nullopt;
}

void conclude_one(Result& result, const JournalFile& journal) {
    auto findings = findings_of(result);
    if (journal.stalled(result.session) && may_be_standstill(*findings)) {
        findings->server_lost = true;
        result.notes.emplace_back(standstill_note);
    }
    const auto local =
        result.local ? std::optional{result.local->address} : std::optional<IpAddress>{};
    Knowledge knowledge;
    knowledge.server_seen = true;
    auto found =
        journal.find(result.session, result.endpoint.protocol, result.endpoint.port, local);
    learn(knowledge, found.record);
    result.conclusion = diagnose(result.endpoint.address, *findings, knowledge);
}

}  // namespace

bool may_be_concluded_again(const Result& result) {
    return result.session != 0 && findings_of(result).has_value();
}

std::vector<std::string> conclude_again(std::vector<Result>& results,
                                        const SessionAddresses& addresses,
                                        const JournalFile& journal) {
    std::set<std::uint64_t> remarked;
    std::vector<std::string> remarks;
    for (Result& result : results) {
        const auto tried = addresses.find(result.session);
        const bool one_address = tried != addresses.end() && tried->second.size() == 1;
        if (journal.knows(result.session) && one_address) {
            conclude_one(result, journal);
        } else if (remarked.insert(result.session).second) {
            remarks.push_back(
                journal.knows(result.session)
                    ? "the run with session " + hex_id(result.session) +
                          " tried several addresses, and it does not tell them apart"
                    : "it does not know the run with session " + hex_id(result.session) +
                          ": nothing of it arrived, or it is of another server or time");
        }
    }
    return remarks;
}

}  // namespace pt::client
