#include "server/ports/port_states.hpp"

#include <algorithm>
#include <iterator>

namespace pt::server {
namespace {

std::size_t place_of(Protocol protocol, Port port) {
    return to_number(port) + (protocol == Protocol::udp ? std::size_t{port_count} : 0);
}

/// A zone that is not told stands for any.
bool is_same(const IpAddress& one, const IpAddress& other) {
    const bool zones_differ =
        one.scope() != 0 && other.scope() != 0 && one.scope() != other.scope();
    return one.bytes() == other.bytes() && !zones_differ;
}

IpAddress any_of_family(const IpAddress& address) {
    return address.is_v4() ? IpAddress{IpAddress::V4Bytes{}} : IpAddress{};
}

}  // namespace

void PortStates::set(const PortTable& table) {
    addresses_.clear();
    for (const PortEntry& entry : table) {
        auto of = std::find_if(addresses_.begin(), addresses_.end(),
                               [&](const OfAddress& one) { return one.address == entry.address; });
        if (of == addresses_.end()) {
            addresses_.push_back({entry.address, std::vector<PortState>(std::size_t{2} * port_count,
                                                                        PortState::not_asked)});
            of = std::prev(addresses_.end());
        }
        const std::size_t first = place_of(entry.protocol, entry.port);
        for (std::size_t place = first; place <= first + entry.more; ++place) {
            if (of->states[place] != PortState::listening) {
                of->states[place] = entry.state;
            }
        }
    }
}

const PortStates::OfAddress* PortStates::find(const IpAddress& address) const {
    const auto of = std::find_if(addresses_.begin(), addresses_.end(), [&](const OfAddress& one) {
        return is_same(one.address, address);
    });
    return of == addresses_.end() ? nullptr : &*of;
}

PortState PortStates::state(const OfAddress& of, Protocol protocol, Port port,
                            TimePoint since) const {
    const PortState fixed = of.states[place_of(protocol, port)];
    const auto opened = opened_.find({protocol, port});
    if (fixed == PortState::listening && opened != opened_.end() && since <= opened->second) {
        return PortState::not_asked;  // earlier packets were refused or not recorded
    }
    if (fixed == PortState::not_asked || !source_) {
        return fixed;
    }
    return source_(protocol, port, since).value_or(fixed);
}

PortState PortStates::state(const IpAddress& at, Protocol protocol, Port port,
                            TimePoint since) const {
    PortState found = PortState::not_asked;
    for (const IpAddress& address : {at, any_of_family(at)}) {
        const OfAddress* const of = find(address);
        const PortState one =
            of == nullptr ? PortState::not_asked : state(*of, protocol, port, since);
        if (one == PortState::listening) {
            return one;
        }
        found = found == PortState::not_asked ? one : found;
    }
    return found;
}

std::vector<IpAddress> PortStates::addresses() const {
    std::vector<IpAddress> all;
    for (const OfAddress& of : addresses_) {
        all.push_back(of.address);
    }
    return all;
}

PortSet PortStates::held(const IpAddress& address) const {
    PortSet ports;
    const OfAddress* const of = find(address);
    for (const auto protocol : all_protocols) {
        for (std::uint32_t number = 0; of != nullptr && number < port_count; ++number) {
            const Port port{static_cast<std::uint16_t>(number)};
            if (of->states[place_of(protocol, port)] == PortState::listening) {
                ports.insert(protocol, port);
            }
        }
    }
    if (lost_) {
        ports.erase(lost_());
    }
    return ports;
}

}  // namespace pt::server
