#include "client/listening_here.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

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

std::string read_table(const char* name) {
    std::ifstream file{name};
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace

PortSet listening_ports(std::string_view table, Protocol protocol, const IpAddress& loopback,
                        std::size_t most) {
    // TCP_LISTEN, and for UDP TCP_CLOSE: not connected.
    const std::string_view listening = protocol == Protocol::tcp ? "0A" : "07";
    const std::string own = address_text(loopback);
    const std::string any(own.size(), '0');
    PortSet ports;
    std::istringstream lines{std::string{table}};
    for (std::string line; ports.size() < most && std::getline(lines, line);) {
        std::istringstream words{line};
        std::string number;
        std::string local;
        std::string remote;
        std::string state;
        words >> number >> local >> remote >> state;
        const auto colon = local.find(':');
        if (state != listening || colon == std::string::npos) {
            continue;
        }
        const auto address = local.substr(0, colon);
        std::uint16_t port = 0;
        constexpr int base = 16;
        const char* const end = local.data() + local.size();
        const auto read = std::from_chars(local.data() + colon + 1, end, port, base);
        if ((address == own || address == any) && read.ec == std::errc{} && read.ptr == end) {
            ports.insert(protocol, Port{port});
        }
    }
    return ports;
}

PortSet listening_here(const IpAddress& loopback) {
    const bool v4 = loopback.is_v4();
    auto ports = listening_ports(read_table(v4 ? "/proc/net/tcp" : "/proc/net/tcp6"), Protocol::tcp,
                                 loopback, enough);
    if (ports.empty()) {
        ports = listening_ports(read_table(v4 ? "/proc/net/udp" : "/proc/net/udp6"), Protocol::udp,
                                loopback, enough);
    }
    return ports;
}

}  // namespace pt::client
