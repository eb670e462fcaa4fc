#include "client/server_word.hpp"

#include "client/journal.hpp"

namespace pt::client {

bool may_be_standstill(const Findings& findings) {
    const bool refused = (findings.resets > 0 && !findings.connected) || findings.data_resets > 0 ||
                         (findings.icmp && meaning(*findings.icmp) != IcmpMeaning::other);
    return in_doubt(findings) && !findings.foreign_data && !refused;
}

}  // namespace pt::client
