#include "client/conclude/attempt_notes.hpp"

#include <algorithm>

#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

class AttemptNotes {
public:
    AttemptNotes(std::uint32_t attempts, std::vector<std::string>& notes)
        : attempts_{attempts}, notes_{notes} {}

    /// "2 of 5 attempts were refused"; nothing where none was.
    void add(std::uint32_t count, const std::string& what) {
        if (count > 0) {
            notes_.push_back(grouped_number(count) + " of " +
                             counted(std::max(attempts_, count), "attempt") +
                             (attempts_ <= 1 && count <= 1 ? " was " : " were ") + what);
        }
    }

private:
    std::uint32_t attempts_;
    std::vector<std::string>& notes_;
};

std::string by_icmp(const Result& found) {
    const IcmpError& error = *found.findings->icmp;
    return "ended by ICMP" + std::string{error.v6 ? "v6 " : " "} +
           icmp_text(meaning(error), error.v6) +
           (error.from.is_unspecified() ? "" : " from " + error.from.to_string());
}

bool rests_on_refusals(Evidence evidence) {
    return evidence == Evidence::reset || evidence == Evidence::forged_reset;
}

bool rests_on_icmp(Evidence evidence) { return to_string(evidence).starts_with("icmp-"); }

}  // namespace

std::vector<std::string> attempt_notes(const Result& found, const Conclusion& conclusion) {
    std::vector<std::string> notes;
    if (!found.findings || conclusion.verdict == Verdict::untested) {
        return notes;
    }
    const Findings& findings = *found.findings;
    AttemptNotes attempts{found.attempts, notes};
    attempts.add(findings.lost, "lost");
    const bool answered = findings.echo || findings.connected || findings.foreign_data;
    if (!rests_on_refusals(conclusion.evidence)) {
        attempts.add(findings.resets,
                     answered ? "refused: several backends?" : "refused with a TCP reset");
    }
    if (conclusion.evidence != Evidence::data_reset) {
        attempts.add(findings.data_resets, "reset after the handshake");
    }
    if (findings.icmp && !rests_on_icmp(conclusion.evidence)) {
        attempts.add(findings.icmp_errors, by_icmp(found));
    }
    if (findings.echo) {
        attempts.add(findings.ends_of_stream, "closed by the peer without data");
        if (findings.foreign_data) {
            notes.emplace_back("another attempt was answered by something else: several backends?");
        }
        if (findings.altered_echo) {
            notes.emplace_back("the echo of another attempt was altered");
        }
        if (findings.retransmitted) {
            notes.emplace_back("the kernel sent data again: a packet was lost or late");
        } else if (findings.late_echo) {
            notes.emplace_back(
                "the echo took far longer than a round trip: a reply was lost and sent again, or "
                "something on the path is slow");
        }
    }
    return notes;
}

}  // namespace pt::client
