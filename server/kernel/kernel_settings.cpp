#include "server/kernel/kernel_settings.hpp"

#include <fstream>

namespace pt::server {

PortSet ephemeral_ports() {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
    std::ifstream file{"/proc/sys/net/ipv4/ip_local_port_range"};
    if (!(file >> first >> last) || first > last) {
        first = 32768;
        last = 60999;
    }
    PortSet ports;
    for (const auto protocol : all_protocols) {
        ports.insert(protocol, Port{first}, Port{last});
    }
    return ports;
}

int synack_retries() {
    constexpr int linux_default = 5;
    int retries = 0;
    std::ifstream file{"/proc/sys/net/ipv4/tcp_synack_retries"};
    return file >> retries ? retries : linux_default;
}

std::optional<std::size_t> max_accept_queue() {
    std::size_t length = 0;
    std::ifstream file{"/proc/sys/net/core/somaxconn"};
    return file >> length ? std::optional{length} : std::nullopt;
}

}  // namespace pt::server
