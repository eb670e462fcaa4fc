#include "server/counters.hpp"

namespace pt::server {

void Counters::ignored(Protocol protocol, Port port, Silence silence) {
    ++at(protocol, port).ignored;
    auto& silences = protocol == Protocol::tcp ? tcp_ : udp_;
    ++silences[static_cast<std::size_t>(silence)];
}

PortCounters Counters::port(Protocol protocol, Port port) const {
    const auto found = ports_.find({protocol, port});
    return found == ports_.end() ? PortCounters{} : found->second;
}

std::uint64_t Counters::silences(Protocol protocol, Silence silence) const {
    const auto& silences = protocol == Protocol::tcp ? tcp_ : udp_;
    return silences[static_cast<std::size_t>(silence)];
}

PortCounters Counters::total(Protocol protocol) const {
    PortCounters total;
    for (const auto& [key, counters] : ports_) {
        if (key.first == protocol) {
            total.connections += counters.connections;
            total.echoes += counters.echoes;
            total.ignored += counters.ignored;
        }
    }
    return total;
}

}  // namespace pt::server
