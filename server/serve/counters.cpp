#include "server/serve/counters.hpp"

namespace pt::server {
namespace {

void add_to(PortCounters& sum, const PortCounters& more) {
    sum.connections += more.connections;
    sum.echoes += more.echoes;
    sum.ignored += more.ignored;
}

}  // namespace

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
            add_to(total, counters);
        }
    }
    return total;
}

void Counters::add(const Counters& other) {
    for (const auto& [key, counters] : other.ports_) {
        add_to(ports_[key], counters);
    }
    for (std::size_t reason = 0; reason < tcp_.size(); ++reason) {
        tcp_[reason] += other.tcp_[reason];
        udp_[reason] += other.udp_[reason];
    }
    closed_without_data += other.closed_without_data;
    closed_idle += other.closed_idle;
    made_room += other.made_room;
    queries += other.queries;
    unsent += other.unsent;
}

}  // namespace pt::server
