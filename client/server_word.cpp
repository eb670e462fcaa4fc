#include "client/server_word.hpp"

#include "client/journal.hpp"

namespace pt::client {

bool seen_only_as(const std::vector<Probe>& probes, const IpAddress& asker,
                  const IpAddress& server) {
    std::size_t rewritten = 0;
    std::size_t echoes = 0;
    for (const Probe& probe : probes) {
        if (probe.endpoint.address != server || !probe.findings.echo || !probe.seen) {
            continue;
        }
        if (probe.seen->source.address.bytes() != asker.bytes()) {
            return false;
        }
        ++echoes;
        if (probe.local && probe.local->address.bytes() != asker.bytes()) {
            ++rewritten;
        }
    }
    return rewritten == 0 || echoes > 1;
}

bool may_be_standstill(const Findings& findings) {
    const bool refused = (findings.reset && !findings.connected) || findings.data_reset ||
                         (findings.icmp && meaning(*findings.icmp) != IcmpMeaning::other);
    return in_doubt(findings) && !findings.foreign_data && !refused;
}

}  // namespace pt::client
