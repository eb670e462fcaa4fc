#include "server/record/deaf_sockets.hpp"

#include <algorithm>

namespace pt::server {

void DeafSockets::note_failing(Protocol protocol, const SocketAddress& bound) {
    ++sockets_[{protocol, bound.port, bound.address}].failing;
}

void DeafSockets::note_working(Protocol protocol, const SocketAddress& bound, TimePoint now) {
    Entry& entry = sockets_[{protocol, bound.port, bound.address}];
    entry.failing -= std::min(entry.failing, 1U);
    entry.until = std::max(entry.until, now);
}

void DeafSockets::note_failure(Protocol protocol, const SocketAddress& local, TimePoint now) {
    TimePoint& until = sockets_[{protocol, local.port, local.address}].until;
    until = std::max(until, now);
}

bool DeafSockets::any_of(const Key& key, TimePoint since) const {
    const auto found = sockets_.find(key);
    return found != sockets_.end() && counts(found->second, since);
}

PortSet DeafSockets::ports(const IpAddress& at, TimePoint since) const {
    PortSet ports;
    for (const auto& [key, entry] : sockets_) {
        const auto& [protocol, port, address] = key;
        const bool serves = address.bytes() == at.bytes() ||
                            (address.is_unspecified() && address.is_v4() == at.is_v4());
        if (serves && counts(entry, since)) {
            const bool all = port == Port{0};
            ports.insert(protocol, port, all ? Port{port_count - 1} : port);
        }
    }
    return ports;
}

bool DeafSockets::any(Protocol protocol, const IpAddress& at, Port port, TimePoint since) const {
    if (sockets_.empty()) {
        return false;
    }
    const IpAddress any_address = at.is_v4() ? IpAddress{IpAddress::V4Bytes{}} : IpAddress{};
    return any_of({protocol, port, at}, since) || any_of({protocol, port, any_address}, since) ||
           any_of({protocol, Port{0}, at}, since) ||
           any_of({protocol, Port{0}, any_address}, since);
}

}  // namespace pt::server
