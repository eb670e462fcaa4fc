#include "client/app/listening_here.hpp"

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>

#include "client/probe/kernel_sockets.hpp"

namespace pt::client {
namespace {

/// One is asked; the others are for when that one happens to be another program's.
constexpr std::size_t enough = 4;

/// As the kernel prints it: words of 32 bits, each in the machine's own byte order.
std::string address_text(const IpAddress& address) {
    const auto& bytes = address.bytes();
    std::string text;
    for (std::size_t i = address.is_v4() ? 12 : 0; i < bytes.size(); i += sizeof(std::uint32_t)) {
        std::uint32_t word = 0;
        std::memcpy(&word, &bytes[i], sizeof word);
        std::array<char, 9> digits{};
        std::snprintf(digits.data(), digits.size(), "%08X", word);
        text += digits.data();
    }
    return text;
}

}  // namespace

PortSet listening_ports(std::string_view table, Protocol protocol, const IpAddress& loopback,
                        std::size_t most) {
    // TCP_LISTEN, and for UDP TCP_CLOSE: not connected.
    const std::string_view listening = protocol == Protocol::tcp ? "0A" : "07";
    const std::string own = address_text(loopback);
    const std::string any(own.size(), '0');
    PortSet ports;
    for (const KernelSocket& socket : read_kernel_sockets(table)) {
        const bool reached = socket.address == own || socket.address == any;
        if (ports.size() < most && socket.state == listening && reached) {
            ports.insert(protocol, socket.port);
        }
    }
    return ports;
}

PortSet listening_here(const IpAddress& loopback) {
    const bool v4 = loopback.is_v4();
    auto ports = listening_ports(read_kernel_table(v4 ? "/proc/net/tcp" : "/proc/net/tcp6"),
                                 Protocol::tcp, loopback, enough);
    if (ports.empty()) {
        ports = listening_ports(read_kernel_table(v4 ? "/proc/net/udp" : "/proc/net/udp6"),
                                Protocol::udp, loopback, enough);
    }
    return ports;
}

}  // namespace pt::client
