#include "server/report/stretch.hpp"

#include <cstdint>

namespace pt::server {

std::vector<Stretch> stretches_of(const PortTable& table) {
    std::vector<Stretch> ports;
    for (const auto& entry : table) {
        if (ports.empty() || ports.back().protocol != entry.protocol ||
            ports.back().first != entry.port) {
            const Port last{static_cast<std::uint16_t>(to_number(entry.port) + entry.more)};
            ports.push_back({entry.protocol, entry.port, last, {}});
        }
        ports.back().addresses.push_back({entry.address, entry.state, entry.error});
    }
    return ports;
}

std::string address_text(const IpAddress& address) {
    return address.is_v4() ? address.to_string() : '[' + address.to_string() + ']';
}

std::string port_text(Port first, Port last) {
    const auto text = std::to_string(to_number(first));
    return first == last ? text : text + '-' + std::to_string(to_number(last));
}

}  // namespace pt::server
