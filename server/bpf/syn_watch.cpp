#include "server/bpf/syn_watch.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace pt::server {

SynWatch::SynWatch(bool wanted, std::uint64_t secret)
    : record_{wanted ? SynRecord::load(secret) : SynRecord::Result{std::string{"not wanted"}}} {}

void SynWatch::add(int descriptor) {
    if (record_) {
        if (const auto error = (*record_)->watch(descriptor)) {
            record_ = "not possible: " + error.message();
        }
    }
}

SynWatch::Result SynWatch::begin(const PortTable& ports) {
    PortSet held;
    std::vector<IpAddress> addresses;
    for (const PortEntry& entry : ports) {
        if (entry.state != PortState::listening) {
            continue;
        }
        const auto last = static_cast<std::uint16_t>(to_number(entry.port) + entry.more);
        held.insert(entry.protocol, entry.port, Port{last});
        if (std::find(addresses.begin(), addresses.end(), entry.address) == addresses.end()) {
            addresses.push_back(entry.address);
        }
    }
    if (record_) {
        if (const auto error = (*record_)->begin(held, addresses)) {
            record_ = "not possible: " + error.message();
        }
    }
    return std::move(record_);
}

}  // namespace pt::server
